using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>The bus over TLS, with certificates checked on both sides.</summary>
[Trait("Servers", "All")]
[Trait(Tool.Needs, "openssl")]
public sealed class NatsTlsTests(TestCertificates certificates) : IClassFixture<TestCertificates>
{
    [Theory]
    [InlineData("nats")]
    [InlineData("tls")]
    public async Task A_server_that_demands_a_certificate_gets_the_nodes_and_messages_arrive(string scheme)
    {
        await using var server = await StartAsync("server", verify: true);
        await using var node = await StartAsync(server, scheme, Showing("client"));
        await node.WhenAsync(report => report.Healthy, "healthy");

        await using var peer = await TestPeer.ConnectAsync(node.Url);
        await peer.SendAsync(TestPeer.Data("data-1", "{}"));

        Assert.Equal("data-1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Without_a_certificate_there_is_no_bus_where_one_is_demanded()
    {
        await using var server = await StartAsync("server", verify: true);
        await using var node = await StartAsync(server, "tls", Trusting());

        const string complaint = "client didn't provide a certificate";
        await Eventually.TrueAsync(() => server.Log.Contains(complaint, StringComparison.Ordinal), complaint);
        Assert.Equal(0, await node.MetricAsync("nats_connected"));
    }

    [Theory]
    [InlineData("unknown", "is issued by CN=Other authority, which is not trusted")]
    [InlineData("expired", "expired on 2020-01-02")]
    public async Task A_bus_with_a_wrong_certificate_is_not_talked_to(string name, string fault)
    {
        await using var server = await StartAsync(name, verify: false);
        using var log = new KeptLog();
        await using var node = await StartAsync(server, "tls", Trusting(), log);

        await Eventually.TrueAsync(
            () => log.Lines.Any(line => line.Contains(fault, StringComparison.Ordinal)),
            "the certificate refused");
        Assert.Equal(0, await node.MetricAsync("nats_connected"));
    }

    [Fact]
    public async Task A_bus_without_tls_is_not_talked_to_where_an_authority_is_given()
    {
        await using var server = await NatsServer.StartAsync();
        await using var node = await StartAsync(server, "nats", Trusting());

        using var quiet = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        while (!quiet.IsCancellationRequested)
        {
            Assert.Equal(0, await node.MetricAsync("nats_connected"));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Any_certificate_will_do_when_none_is_looked_at()
    {
        await using var server = await StartAsync("expired", verify: false);
        await using var node = await StartAsync(server, "tls", new TlsNatsSettings { InsecureSkipVerify = true });

        await Eventually.TrueAsync(async () => await node.MetricAsync("nats_connected") == 1, "the bus connected");
    }

    private static Task<TestNode> StartAsync(NatsServer server, string scheme, TlsNatsSettings tls, KeptLog? log = null)
    {
        var settings = new FederationSettings
        {
            Nats = new NatsSettings { Url = $"{scheme}://127.0.0.1:{server.Port}", Tls = tls },
            Components = [TestNode.Component("edge-in")],
        };
        return TestNode.StartAsync(settings, log);
    }

    private Task<NatsServer> StartAsync(string name, bool verify) => NatsServer.StartAsync(new NatsServerOptions
    {
        ConfigText = $$"""
            tls {
              cert_file: "{{certificates[name + ".pem"]}}"
              key_file: "{{certificates[name + ".key"]}}"
              ca_file: "{{certificates["ca.pem"]}}"
              verify: {{(verify ? "true" : "false")}}
            }
            """,
    });

    private TlsNatsSettings Trusting() => new() { CaFile = certificates["ca.pem"] };

    private TlsNatsSettings Showing(string name) =>
        Trusting() with { CertFile = certificates[name + ".pem"], KeyFile = certificates[name + ".key"] };
}
