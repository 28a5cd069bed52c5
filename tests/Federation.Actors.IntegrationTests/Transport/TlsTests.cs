using System.Net.Http;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Text;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Security;
using Federation.Actors.Sockets;

namespace Federation.Actors.IntegrationTests.Transport;

[Trait(Tool.Needs, "openssl")]
public abstract class TlsTests(TestCertificates certificates, bool lean) : ListenerTests(lean), IClassFixture<TestCertificates>
{
    public sealed class Lean(TestCertificates certificates) : TlsTests(certificates, lean: true);

    public sealed class Plain(TestCertificates certificates) : TlsTests(certificates, lean: false);

    [Fact]
    public async Task A_server_with_the_right_certificate_is_talked_to_both_ways()
    {
        await using var node = await StartAsync(Tls());
        using var client = await node.ConnectAsync(tls: Trusting());
        var peer = await node.AcceptedAsync();

        await client.SendAsync("hello"u8.ToArray().AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[100];
        var received = await peer.Socket.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Patience.Long);

        Assert.Equal("hello"u8.ToArray(), buffer[..received.Count]);
        Assert.Equal(("client-1", false), (peer.Name.Identity, peer.Name.Lasting));
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("expired")]
    [InlineData("wrong-host")]
    public async Task A_server_with_a_wrong_certificate_is_not_talked_to(string name)
    {
        await using var node = await StartAsync(Tls(name));

        await AssertHandshakeFailsAsync(() => node.ConnectAsync(tls: Trusting()));
    }

    [Fact]
    public async Task A_server_is_not_trusted_only_because_it_signs_with_the_system()
    {
        await using var node = await StartAsync(Tls());

        await AssertHandshakeFailsAsync(() => node.ConnectAsync(tls: new TlsClientSettings()));
    }

    [Fact]
    public async Task A_server_by_another_name_is_talked_to_by_that_name()
    {
        await using var node = await StartAsync(Tls("wrong-host"));

        using var client = await node.ConnectAsync(tls: Trusting() with { ServerName = "elsewhere.example" });

        Assert.Equal(WebSocketState.Open, client.State);
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("expired")]
    public async Task Any_certificate_will_do_when_none_is_looked_at(string name)
    {
        await using var node = await StartAsync(Tls(name));

        using var client = await node.ConnectAsync(tls: new TlsClientSettings { InsecureSkipVerify = true });

        Assert.Equal(WebSocketState.Open, client.State);
    }

    [Theory]
    [InlineData("server.pfx", "", "pfx-s3cret", false)]
    [InlineData("server.pfx", "", "pfx-s3cret", true)]
    [InlineData("server.pem", "server-encrypted.key", "key-s3cret", false)]
    [InlineData("server.pem", "server-encrypted.key", "key-s3cret", true)]
    public async Task A_key_behind_a_password_is_opened_with_the_variable_or_the_file(string cert, string key, string password, bool isFile)
    {
        using var file = new TemporaryFile(password + "\n");
        var tls = new TlsServerSettings
        {
            CertFile = certificates[cert],
            KeyFile = key.Length > 0 ? certificates[key] : "",
            CertPasswordEnv = isFile ? "" : "PASSWORD",
            CertPasswordFile = isFile ? file.Path : "",
        };
        await using var node = await StartAsync(tls, environment: new(StringComparer.Ordinal) { ["PASSWORD"] = password });

        using var client = await node.ConnectAsync(tls: Trusting());

        Assert.Equal(WebSocketState.Open, client.State);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, "1.2", true)]
    [InlineData(SslProtocols.Tls13, "1.2", true)]
    [InlineData(SslProtocols.Tls12, "1.3", false)]
    [InlineData(SslProtocols.Tls13, "1.3", true)]
    public async Task Versions_below_the_lowest_are_refused(SslProtocols spoken, string lowest, bool accepted)
    {
        await using var node = await StartAsync(Tls() with { MinVersion = lowest });
        using var peer = await RawPeer.OpenAsync(node.Port);
        var options = ClientTls.Options(Trusting(), "127.0.0.1");
        options.EnabledSslProtocols = spoken;

        var failure = await Record.ExceptionAsync(() => peer.EncryptAsync(options));

        Assert.Equal(accepted, failure is null);
    }

    [Fact]
    public async Task A_plain_handshake_on_a_listener_with_tls_gets_no_answer_and_the_listener_goes_on()
    {
        await using var node = await StartAsync(Tls());
        using (var plain = await RawPeer.SendHandshakeAsync(node.Port))
        {
            Assert.DoesNotContain("101", Encoding.Latin1.GetString(await plain.ReadToEndAsync()), StringComparison.Ordinal);
        }

        using var client = await node.ConnectAsync(tls: Trusting());
        Assert.Equal(WebSocketState.Open, client.State);
    }

    [Fact]
    public async Task Who_connects_and_never_begins_a_handshake_is_cut_after_the_handshake_timeout()
    {
        await using var node = await StartAsync(
            new ServerSettings { Host = "127.0.0.1", HandshakeTimeout = TimeSpan.FromMilliseconds(200), Tls = Tls() });
        using var silent = await RawPeer.OpenAsync(node.Port);

        Assert.Empty(await silent.ReadToEndAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("stranger")]
    public async Task Without_a_client_certificate_of_the_right_authority_the_handshake_fails_where_one_is_required(string? name)
    {
        await using var node = await StartAsync(Tls() with { ClientCaFile = certificates["ca.pem"], RequireClientCert = true });

        await AssertHandshakeFailsAsync(() => node.ConnectAsync(tls: name is null ? Trusting() : Showing(name)));
        Assert.Equal(0, node.Endpoint.OpenConnections);
    }

    [Fact]
    public async Task A_certificate_for_servers_is_none_for_clients()
    {
        await using var node = await StartAsync(Tls() with { ClientCaFile = certificates["ca.pem"], RequireClientCert = true });

        await AssertHandshakeFailsAsync(() => node.ConnectAsync(tls: Showing("server")));
    }

    [Fact]
    public async Task The_subject_of_a_client_certificate_is_the_peers_identity_before_all_else()
    {
        await using var node = await StartAsync(
            new ServerSettings { Host = "127.0.0.1", Tls = Tls() with { ClientCaFile = certificates["ca.pem"], RequireClientCert = true } },
            auth: new AuthSettings { Type = AuthType.Bearer, Tokens = [new TokenSettings { Name = "by-token", TokenEnv = "T" }] },
            environment: new(StringComparer.Ordinal) { ["T"] = "s3cret" });

        using var client = await node.ConnectAsync(
            options =>
            {
                options.SetRequestHeader("Authorization", "Bearer s3cret");
                options.SetRequestHeader("X-Federation-Peer", "by-header");
            },
            Showing("client"));

        var peer = await node.AcceptedAsync();
        Assert.Equal(("edge_7_north", true), (peer.Name.Identity, peer.Name.Lasting));
    }

    [Fact]
    public async Task A_client_certificate_opens_no_door_that_asks_for_a_token()
    {
        await using var node = await StartAsync(
            new ServerSettings { Host = "127.0.0.1", Tls = Tls() with { ClientCaFile = certificates["ca.pem"] } },
            auth: new AuthSettings { Type = AuthType.Bearer, BearerTokenEnv = "T" },
            environment: new(StringComparer.Ordinal) { ["T"] = "s3cret" });

        var refused = await Assert.ThrowsAsync<WebSocketException>(() => node.ConnectAsync(tls: Showing("client")));

        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_client_certificate_is_asked_for_but_not_required_a_client_may_come_without_and_not_with_a_strangers()
    {
        await using var node = await StartAsync(Tls() with { ClientCaFile = certificates["ca.pem"] });

        using var without = await node.ConnectAsync(tls: Trusting());
        using var with = await node.ConnectAsync(tls: Showing("client"));
        await AssertHandshakeFailsAsync(() => node.ConnectAsync(tls: Showing("stranger")));

        Assert.Equal("client-1", (await node.AcceptedAsync()).Name.Identity);
        Assert.Equal("edge_7_north", (await node.AcceptedAsync()).Name.Identity);
    }

    [Fact]
    public async Task A_certificate_swapped_under_load_goes_to_new_connections_and_cuts_no_old_one()
    {
        var (cert, key) = (certificates["swapped.pem"], certificates["swapped.key"]);
        Replace("server", cert, key);
        using var log = new KeptLog();
        await using var node = await StartAsync(Tls() with { CertFile = cert, KeyFile = key }, log);
        using var client = await node.ConnectAsync(tls: Trusting());
        var peer = await node.AcceptedAsync();
        using var stop = new CancellationTokenSource();
        var draining = DrainAsync(peer);
        var load = SendAsync(client, stop.Token);
        Assert.Equal("CN=localhost", await SubjectAsync(node));

        // A key that does not fit the certificate, as seen between the writes of a careless renewal: the old pair stays.
        File.Copy(certificates["renewed.pem"], cert, overwrite: true);
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal("CN=localhost", await SubjectAsync(node));
                return log.Lines.Any(line => line.Contains("stays in use", StringComparison.Ordinal));
            },
            "the misfit logged");

        Replace("renewed", cert, key);
        await Eventually.TrueAsync(async () => await SubjectAsync(node) is "CN=renewed", "the new certificate");

        await stop.CancelAsync();
        Assert.True(await load.WaitAsync(Patience.Long) > 0);
        Assert.Equal(WebSocketState.Open, client.State);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Patience.Long);
        await draining.WaitAsync(Patience.Long);
        Assert.Single(log.Lines, line => line.Contains("stays in use", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_to_begin_with_does_not_start()
    {
        await Assert.ThrowsAsync<IOException>(() => StartAsync(Tls() with { KeyFile = certificates["client.key"] }));
        await Assert.ThrowsAsync<IOException>(() => StartAsync(Tls() with { CertFile = "nowhere.pem" }));
    }

    [Fact]
    public async Task A_node_answers_on_wss_and_says_so()
    {
        await using var server = await NatsServer.StartAsync();
        await using var node = await TestNode.StartAsync(
            server.Url, component => component with { Server = component.Server with { Tls = Tls() } });
        Assert.Equal("wss", node.Url.Scheme);
        await using var peer = await TestPeer.ConnectAsync(node.Url, certificates.Trust);
        await peer.SendAsync(TestPeer.Data("data-1", "{}"));

        Assert.Equal("data-1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
    }

    private static async Task AssertHandshakeFailsAsync(Func<Task<ClientWebSocket>> connect)
    {
        var failure = await Assert.ThrowsAsync<WebSocketException>(connect);

        // In TLS 1.3 a client learns only from its first read that its certificate was refused.
        Assert.True(
            failure.GetBaseException() is AuthenticationException or IOException or HttpRequestException
                or System.Net.Sockets.SocketException
                or System.ComponentModel.Win32Exception || failure.ToString().Contains("SSL", StringComparison.Ordinal),
            failure.ToString());
    }

    private static async Task<string> SubjectAsync(TestListener node)
    {
        using var peer = await RawPeer.OpenAsync(node.Port);
        using var certificate = await peer.EncryptAsync(
            ClientTls.Options(new TlsClientSettings { InsecureSkipVerify = true }, "localhost"));
        return certificate.Subject;
    }

    private static async Task DrainAsync(ConnectedPeer peer)
    {
        var buffer = new byte[4096];
        while (await peer.Socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close })
        {
        }

        await peer.Socket.DisposeAsync();
    }

    private static async Task<int> SendAsync(ClientWebSocket client, CancellationToken stop)
    {
        var sent = 0;
        var message = new byte[1000];
        for (; !stop.IsCancellationRequested; sent++)
        {
            await client.SendAsync(message.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            await Task.Yield();
        }

        return sent;
    }

    private Task<TestListener> StartAsync(TlsServerSettings tls, KeptLog? log = null, Dictionary<string, string>? environment = null) =>
        StartAsync(new ServerSettings { Host = "127.0.0.1", Tls = tls }, environment: environment, loggers: log);

    private void Replace(string name, string cert, string key)
    {
        File.Copy(certificates[name + ".key"], key, overwrite: true);
        File.Copy(certificates[name + ".pem"], cert, overwrite: true);
    }

    private TlsServerSettings Tls(string name = "server") =>
        new() { CertFile = certificates[name + ".pem"], KeyFile = certificates[name + ".key"] };

    private TlsClientSettings Trusting() => new() { CaFile = certificates["ca.pem"] };

    private TlsClientSettings Showing(string name) =>
        Trusting() with { CertFile = certificates[name + ".pem"], KeyFile = certificates[name + ".key"] };
}
