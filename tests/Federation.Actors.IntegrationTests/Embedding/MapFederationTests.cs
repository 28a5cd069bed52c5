using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Akka.Actor;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Federation.Actors.IntegrationTests.Embedding;

/// <summary>Peers on the web server of the program that embeds the node.</summary>
[Trait(Tool.Needs, "openssl")]
public sealed class MapFederationTests(TestCertificates certificates) : IClassFixture<TestCertificates>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mapped_component_acks_data_whether_or_not_the_application_uses_the_WebSocket_middleware(bool middleware)
    {
        await using var app = await EmbeddedApp.StartAsync(map: web =>
        {
            if (middleware)
            {
                web.UseWebSockets();
            }

            web.MapGet("/", static () => "shop");
            web.MapFederation("/ingest", "edge-in");
        });
        await using var peer = await TestPeer.ConnectAsync(app.Url("/ingest", "ws"));

        await AcksAsync(peer, "1");

        using var http = new HttpClient();
        Assert.Equal("shop", await http.GetStringAsync(app.Url("/")));
        using var plain = await http.GetAsync(app.Url("/ingest"));
        Assert.Equal(HttpStatusCode.UpgradeRequired, plain.StatusCode);
    }

    [Fact]
    public async Task Peers_may_come_over_HTTP_2()
    {
        await using var app = await EmbeddedApp.StartAsync(listen: static options => options.Protocols = HttpProtocols.Http2);
        using var http = new HttpMessageInvoker(new SocketsHttpHandler());
        await using var peer = await TestPeer.ConnectAsync(
            app.Url("/ingest", "ws"),
            static options =>
            {
                options.HttpVersion = HttpVersion.Version20;
                options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            },
            http);

        await AcksAsync(peer, "1");
        await peer.CloseAsync();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, peer.CloseStatus);
    }

    [Fact]
    public async Task Behind_TLS_the_web_server_encrypts()
    {
        using var certificate = X509Certificate2.CreateFromPemFile(certificates["server.pem"], certificates["server.key"]);
        await using var app = await EmbeddedApp.StartAsync(listen: options => options.UseHttps(certificate));
        await using var peer = await TestPeer.ConnectAsync(
            new UriBuilder(app.Url("/ingest", "wss")) { Host = "localhost" }.Uri, certificates.Trust);

        await AcksAsync(peer, "1");
    }

    [Fact]
    public async Task Credentials_are_the_components()
    {
        var directory = Directory.CreateTempSubdirectory("token-");
        try
        {
            var file = Path.Combine(directory.FullName, "token");
            await File.WriteAllTextAsync(file, "s3cret");
            await using var app = await EmbeddedApp.StartAsync(
                EmbeddedApp.Component with { Auth = new AuthSettings { Type = AuthType.Bearer, BearerTokenFile = file } });

            Assert.Equal(HttpStatusCode.Unauthorized, (await RefusedAsync(app.Url("/ingest"))).StatusCode);
            await using var peer = await TestPeer.ConnectAsync(
                app.Url("/ingest", "ws"), static options => options.SetRequestHeader("Authorization", "Bearer s3cret"));
            await AcksAsync(peer, "1");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_component_that_starts_anew_is_found_behind_the_same_path()
    {
        await using var app = await EmbeddedApp.StartAsync();
        await using var before = await TestPeer.ConnectAsync(app.Url("/ingest", "ws"));
        await AcksAsync(before, "1");

        app.System.ActorSelection("/user/federation/edge-in").Tell(Kill.Instance);

        await before.Closed;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await using var after = await TestPeer.ConnectAsync(app.Url("/ingest", "ws"));
                    await AcksAsync(after, "2");
                    return true;
                }
                catch (Exception e) when (e is WebSocketException or ChannelClosedException)
                {
                    // It has come to the component that ends: peers connect again.
                    return false;
                }
            },
            "the component is there again");
    }

    [Fact]
    public async Task A_drain_closes_with_1001_and_whoever_comes_then_is_told_to_come_later()
    {
        await using var app = await EmbeddedApp.StartAsync();
        await using var peer = await TestPeer.ConnectAsync(app.Url("/ingest", "ws"));
        await AcksAsync(peer, "1");

        await CoordinatedShutdown.Get(app.System)
            .Run(CoordinatedShutdown.ClrExitReason.Instance, CoordinatedShutdown.PhaseServiceRequestsDone).WaitAsync(Patience.Long);

        await peer.Closed;
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, peer.CloseStatus);
        using var refused = await RefusedAsync(app.Url("/ingest"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task When_the_application_stops_its_peers_are_answered_and_told_before_the_web_server_cuts_them()
    {
        await using var app = await EmbeddedApp.StartAsync();
        await using var peer = await TestPeer.ConnectAsync(app.Url("/ingest", "ws"));
        await AcksAsync(peer, "1");

        await app.StopAsync();

        await peer.Closed;
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, peer.CloseStatus);
    }

    [Fact]
    public async Task A_component_that_does_not_exist_keeps_the_application_from_starting()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => EmbeddedApp.StartAsync(map: static web =>
        {
            web.MapFederation("/ingest", "edge-in");
            web.MapFederation("/other", "edge-out");
            web.MapFederation("/third", "edge-in", "plant");
        }));

        Assert.Equal(
            "MapFederation(\"/other\", \"edge-out\"): no component has this name; existing components: edge-in\n"
            + "MapFederation(\"/third\", \"edge-in\"): no node named plant has started; expected WithFederation in AddAkka",
            error.Message);
    }

    [Fact]
    public async Task A_component_with_a_port_of_its_own_is_not_mapped()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => EmbeddedApp.StartAsync(TestNode.Component("edge-in")));

        Assert.Equal("MapFederation(\"/ingest\", \"edge-in\"): this component opens a port; expected one with server.listen "
            + "= false", error.Message);
    }

    [Fact]
    public async Task A_component_without_a_port_that_is_mapped_nowhere_is_a_mistake()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => EmbeddedApp.StartAsync(map: static _ => { }));

        Assert.Equal("edge-in does not open a port and is not mapped; expected app.MapFederation(path, \"edge-in\"), or "
            + "server.listen = true", error.Message);
    }

    [Fact]
    public async Task Mapping_without_AddFederation_says_so()
    {
        await using var web = WebApplication.CreateSlimBuilder().Build();

        var error = Assert.Throws<InvalidOperationException>(() => web.MapFederation("/ingest", "edge-in"));

        Assert.Contains("services.AddFederation()", error.Message, StringComparison.Ordinal);
    }

    private static async Task AcksAsync(TestPeer peer, string id)
    {
        await peer.SendAsync(TestPeer.Data(id, "{}"));
        Assert.Equal(id, (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
    }

    /// <summary>The answer to a handshake that is not to succeed.</summary>
    private static async Task<HttpResponseMessage> RefusedAsync(Uri url, bool upgrade = true)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (upgrade)
        {
            request.Headers.Add("Connection", "Upgrade");
            request.Headers.Add("Upgrade", "websocket");
            request.Headers.Add("Sec-WebSocket-Version", "13");
            request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        }

        using var patience = new CancellationTokenSource(Patience.Long);
        return await http.SendAsync(request, patience.Token);
    }
}
