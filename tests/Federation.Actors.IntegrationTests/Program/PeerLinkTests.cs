using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>How <c>federation send</c> and <c>federation tap</c> connect, and what they say when they cannot.</summary>
[Trait(Tool.Needs, "openssl")]
public sealed class PeerLinkTests(TestCertificates certificates) : IClassFixture<TestCertificates>, IDisposable
{
    private readonly TemporaryFile _lines = new("1\n2\n");

    public void Dispose() => _lines.Dispose();

    [Theory]
    [InlineData("send")]
    [InlineData("tap")]
    public async Task A_redirect_ends_the_program_and_the_other_server_gets_nothing(string verb)
    {
        await using var other = new ScriptedServer("HTTP/1.1 500 No\r\n\r\n");
        await using var server = new ScriptedServer(
            $"HTTP/1.1 302 Found\r\nLocation: http://me:s3cret@127.0.0.1:{other.Port}/else?token=s3cret\r\nContent-Length: 0\r\n\r\n");

        var said = await FailedAsync(Start(verb, $"ws://127.0.0.1:{server.Port}/ingest"));

        Assert.Contains($"redirects to http://127.0.0.1:{other.Port}/else; redirects are not followed", said, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", said, StringComparison.Ordinal);
        Assert.Equal((1, 0), (server.Connections, other.Connections));
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_said_with_its_issuer_and_ends_the_program()
    {
        await using var server = await StartAsync("server", requireClient: false);

        var said = await FailedAsync(Start("send", server.Uri.ToString(), "--resend"));

        Assert.Contains("the server's certificate (CN=localhost, for localhost, 127.0.0.1, valid from ", said, StringComparison.Ordinal);
        Assert.Contains("is issued by CN=Test authority, which is not trusted", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_authority_and_a_client_certificate_it_connects()
    {
        await using var server = await StartAsync("server", requireClient: true);

        await using var tap = Start(
            "tap", server.Uri.ToString(), "--ca", certificates["ca.pem"],
            "--cert", certificates["client.pem"], "--key", certificates["client.key"]);

        Assert.Equal("edge_7_north", (await server.AcceptedAsync()).Name.Identity);
        await tap.SaysAsync("connected to");
    }

    [Fact]
    public async Task Without_its_certificate_it_is_refused_and_says_so()
    {
        await using var server = await StartAsync("server", requireClient: true);

        var said = await FailedAsync(Start("send", server.Uri.ToString(), "--ca", certificates["ca.pem"]));

        Assert.StartsWith($"cannot reach {server.Uri}: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_named()
    {
        await using var proxy = new ScriptedServer("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");

        var said = await FailedAsync(Start("send", "ws://hub.example/ingest", "--proxy", $"http://127.0.0.1:{proxy.Port}"));

        Assert.Contains($"the proxy 127.0.0.1:{proxy.Port} answers 407 Proxy Authentication Required", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_arguments_are_listed_all_at_once()
    {
        await using var send = Start(
            "send", "ws://127.0.0.1:1/", "--ca", certificates["nowhere.pem"], "--cert", certificates["client.pem"], "--proxy", "ftp://x");

        Assert.Equal(2, await send.ExitedAsync());
        Assert.Equal(["--proxy:", "--ca:", "--cert:", "--key:", "--ca:"], send.Errors.Select(static line => line.Split(' ')[0]));
    }

    private FederationCommand Start(string verb, string url, params string[] more) =>
        FederationCommand.Start([verb, .. verb is "send" ? [_lines.Path] : Array.Empty<string>(), "--url", url, .. more]);

    private static async Task<string> FailedAsync(FederationCommand program)
    {
        await using var running = program;
        Assert.Equal(1, await running.ExitedAsync());
        return Assert.Single(running.Errors);
    }

    private Task<TestListener> StartAsync(string name, bool requireClient) => TestListener.StartAsync(new ServerSettings
    {
        Host = "127.0.0.1",
        Tls = new TlsServerSettings
        {
            CertFile = certificates[name + ".pem"],
            KeyFile = certificates[name + ".key"],
            ClientCaFile = requireClient ? certificates["ca.pem"] : "",
            RequireClientCert = requireClient,
        },
    });
}
