using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Sockets.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.IntegrationTests.Transport;

/// <summary>Which servers the dialling end talks to over wss://, and what it shows them.</summary>
[Trait(Tool.Needs, "openssl")]
public sealed class DialerTlsTests(TestCertificates certificates) : IClassFixture<TestCertificates>
{
    [Fact]
    public async Task A_server_with_the_right_certificate_is_talked_to()
    {
        await using var server = await StartAsync("server");
        using var dialer = Dialer(Trusting);

        var peer = await dialer.DialAsync(server.Uri, CancellationToken.None);

        Assert.Equal("node-1-link", (await server.AcceptedAsync()).Name.Identity);
        await peer.Socket.DisposeAsync();
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("expired")]
    [InlineData("wrong-host")]
    public async Task A_server_with_a_wrong_certificate_is_not(string name)
    {
        await using var server = await StartAsync(name);
        using var dialer = Dialer(Trusting);

        var failure = await Assert.ThrowsAsync<DialFailedException>(() => dialer.DialAsync(server.Uri, CancellationToken.None));

        Assert.Contains("certificate", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, server.Endpoint.OpenConnections);
    }

    [Fact]
    public async Task Nor_is_one_that_the_system_does_not_trust()
    {
        await using var server = await StartAsync("server");
        using var dialer = Dialer(new TlsClientSettings());

        await Assert.ThrowsAsync<DialFailedException>(() => dialer.DialAsync(server.Uri, CancellationToken.None));
    }

    [Fact]
    public async Task A_server_by_another_name_is_talked_to_by_that_name()
    {
        await using var server = await StartAsync("wrong-host");
        using var dialer = Dialer(Trusting with { ServerName = "elsewhere.example" });

        await (await dialer.DialAsync(server.Uri, CancellationToken.None)).Socket.DisposeAsync();
    }

    [Fact]
    public async Task Any_certificate_will_do_when_none_is_looked_at()
    {
        await using var server = await StartAsync("expired");
        using var dialer = Dialer(new TlsClientSettings { InsecureSkipVerify = true });

        await (await dialer.DialAsync(server.Uri, CancellationToken.None)).Socket.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_requires_a_client_certificate_knows_the_dialling_end_by_it()
    {
        await using var server = await StartAsync(
            "server", tls => tls with { ClientCaFile = certificates["ca.pem"], RequireClientCert = true });
        using var dialer = Dialer(Trusting with { CertFile = certificates["client.pem"], KeyFile = certificates["client.key"] });

        var peer = await dialer.DialAsync(server.Uri, CancellationToken.None);

        Assert.Equal("edge_7_north", (await server.AcceptedAsync()).Name.Identity);
        await peer.Socket.DisposeAsync();
    }

    [Fact]
    public async Task Without_one_it_is_not_let_in()
    {
        await using var server = await StartAsync(
            "server", tls => tls with { ClientCaFile = certificates["ca.pem"], RequireClientCert = true });
        using var dialer = Dialer(Trusting);

        await Assert.ThrowsAsync<DialFailedException>(() => dialer.DialAsync(server.Uri, CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_dial_that_failed()
    {
        await using var server = await StartAsync("server");
        using var dialer = Dialer(new TlsClientSettings { CaFile = certificates["nowhere.pem"] });

        var failure = await Assert.ThrowsAsync<DialFailedException>(() => dialer.DialAsync(server.Uri, CancellationToken.None));

        Assert.Contains("nowhere.pem", failure.Message, StringComparison.Ordinal);
    }

    private TlsClientSettings Trusting => new() { CaFile = certificates["ca.pem"] };

    private static WebSocketDialer Dialer(TlsClientSettings tls) => new(
        new ComponentSettings { Name = "link", Mode = ComponentMode.Client, Client = new ClientSettings { Tls = tls } },
        "node-1-link",
        NullLoggerFactory.Instance,
        static _ => null);

    private Task<TestListener> StartAsync(string name, Func<TlsServerSettings, TlsServerSettings>? change = null)
    {
        var tls = new TlsServerSettings { CertFile = certificates[name + ".pem"], KeyFile = certificates[name + ".key"] };
        return TestListener.StartAsync(new ServerSettings { Host = "127.0.0.1", Tls = change?.Invoke(tls) ?? tls });
    }
}
