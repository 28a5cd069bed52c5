using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.Tests.Sockets;

/// <summary>What the dialling end makes of what a server answers.</summary>
public sealed class WebSocketDialerTests
{
    private const string Head = "HTTP/1.1 101 Switching Protocols\r\n";
    private const string Accepted = "Upgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n";
    private const string Good = Head + "Connection: Upgrade\r\n" + Accepted;

    [Theory]
    [InlineData("Connection: Upgrade\r\n")]
    [InlineData("Connection: Upgrade, Keep-Alive\r\n")]
    [InlineData("connection: keep-alive,upgrade\r\n")]
    [InlineData("Connection: keep-alive\r\nConnection: Upgrade\r\n")]
    [InlineData("Connection: Upgrade, upgrade\r\nConnection: Upgrade\r\n")]
    public async Task The_token_Upgrade_may_stand_among_others(string connection)
    {
        await using var server = new ScriptedServer(Head + connection + Accepted + "\r\n");
        using var dialer = Dialer();

        await using var socket = (await dialer.DialAsync(server.Url, CancellationToken.None)).Socket;

        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(Good + "Sec-WebSocket-Extensions: permessage-deflate\r\n", "permessage-deflate")]
    [InlineData(Good + "Sec-WebSocket-Protocol: chat\r\n", "chat")]
    [InlineData(Good + "Sec-WebSocket-Accept: {accept}\r\n", "Sec-WebSocket-Accept")]
    [InlineData(Head + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
        "Sec-WebSocket-Accept")]
    [InlineData(Head + "Connection: Upgrade\r\nUpgrade: websocket\r\n", "Sec-WebSocket-Accept")]
    [InlineData(Head + "Connection: keep-alive\r\n" + Accepted, "Connection")]
    [InlineData(Head + Accepted, "Connection")]
    [InlineData(Head + "Connection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: {accept}\r\n", "Upgrade")]
    public async Task An_answer_that_breaks_the_handshake_fails_the_dial(string answer, string named)
    {
        await using var server = new ScriptedServer(answer + "\r\n");

        var failure = await FailAsync(server);

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(true, "", false)]
    [InlineData(true, "Sec-WebSocket-Protocol: federation.batch.v1\r\n", true)]
    [InlineData(true, "Sec-WebSocket-Protocol: federation.batch.v1, chat\r\n", null)]
    [InlineData(true, "Sec-WebSocket-Protocol: federation.batch.v2\r\n", null)]
    [InlineData(false, "", false)]
    [InlineData(false, "Sec-WebSocket-Protocol: federation.batch.v1\r\n", null)]
    public async Task Batch_frames_are_offered_and_used_when_the_server_chooses_them(bool batching, string answer, bool? isBatching)
    {
        await using var server = new ScriptedServer(Good + answer + "\r\n");
        using var dialer = new WebSocketDialer(
            new ComponentSettings
                { Name = "link", Mode = ComponentMode.Client, Connection = new ConnectionSettings { Batching = batching } },
            "node-1-link", NullLoggerFactory.Instance, static _ => null);

        if (isBatching is null)
        {
            var failure = await Assert.ThrowsAsync<DialFailedException>(() => dialer.DialAsync(server.Url, CancellationToken.None));
            Assert.Contains("Sec-WebSocket-Protocol", failure.Message, StringComparison.Ordinal);
        }
        else
        {
            var peer = await dialer.DialAsync(server.Url, CancellationToken.None);
            await peer.Socket.DisposeAsync();
            Assert.Equal(isBatching, peer.IsBatching);
        }

        Assert.Equal(
            batching, Assert.Single(server.Requests).Contains("Sec-WebSocket-Protocol: federation.batch.v1\r\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ClientCompression.Auto, true, true, true)]
    [InlineData(ClientCompression.Auto, true, false, false)]
    [InlineData(ClientCompression.Auto, false, true, false)]
    [InlineData(ClientCompression.Always, false, false, true)]
    [InlineData(ClientCompression.Never, true, true, false)]
    public async Task Compression_is_offered_as_settings_and_distance_have_it(
        ClientCompression compression, bool batching, bool isFar, bool isOffered)
    {
        await using var server = new ScriptedServer(Good
            + (isOffered ? "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n" : "") + "\r\n");
        using var dialer = new WebSocketDialer(
            new ComponentSettings
            {
                Name = "link",
                Mode = ComponentMode.Client,
                Client = new ClientSettings { Compression = compression },
                Connection = new ConnectionSettings { Batching = batching },
            },
            "node-1-link", NullLoggerFactory.Instance, static _ => null) { Far = isFar ? TimeSpan.Zero : TimeSpan.FromHours(1) };

        await using var socket = (await dialer.DialAsync(server.Url, CancellationToken.None)).Socket;

        Assert.Equal(
            isOffered,
            Assert.Single(server.Requests).Contains(
                "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; server_no_context_takeover\r\n",
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_closes_without_an_answer_gets_one_connection_in_one_attempt()
    {
        await using var server = new ScriptedServer("");

        var failure = await FailAsync(server);

        Assert.Equal(1, server.Connections);
        Assert.Contains("without an answer", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://me:s3cret-user@other.example:81/in?token=s3cret-there\r\n",
        "", "302 Found", "http://other.example:81/in")]
    [InlineData("HTTP/1.1 307 Temporary Redirect\r\nLocation: /else\u001b[31m\r\n", "", "307", "/else")]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\n",
        "This origin may not connect.\n", "403 Forbidden", "(This origin may not connect)")]
    [InlineData("HTTP/1.1 401 Token expired\r\n", "", "401 Token expired", "the variable HUB_TOKEN")]
    [InlineData("HTTP/1.1 503 Busy s3cret-token\r\n", "", "503 Busy ***", "")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", "<html>welcome</html>", "200 OK", "")]
    public async Task A_refusal_says_what_the_server_says(string head, string body, string first, string second)
    {
        await using var server = new ScriptedServer(
            string.Create(CultureInfo.InvariantCulture, $"{head}Content-Length: {body.Length}\r\n\r\n{body}"));

        var message = (await FailAsync(server)).Message;

        Assert.Contains(first, message, StringComparison.Ordinal);
        Assert.Contains(second, message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Headers_without_end_are_not_read_to_their_end()
    {
        var sent = 0;
        await using var server = new ScriptedServer(async (_, stream) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Head));
            while (sent < 100_000_000)
            {
                var line = Encoding.ASCII.GetBytes($"X-{sent}: {new string('x', 500)}\r\n");
                await stream.WriteAsync(line);
                sent += line.Length;
            }
        });

        await FailAsync(server);

        Assert.InRange(sent, 1, 20_000_000);
    }

    [Fact]
    public async Task A_body_without_end_is_not_read_to_its_end()
    {
        await using var server = new ScriptedServer(async (_, stream) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 503 No\r\nContent-Type: text/plain\r\n\r\nbusy"));
            while (true)
            {
                await stream.WriteAsync("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"u8.ToArray());
            }
        });

        Assert.InRange((await FailAsync(server)).Message.Length, 10, 400);
    }

    [Theory]
    [InlineData(Head + "Connection: Upg")]
    [InlineData("HTTP/1.1 101")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task An_answer_that_is_cut_off_or_is_not_HTTP_fails_the_dial_at_once(string answer)
    {
        await using var server = new ScriptedServer(answer);

        await FailAsync(server);

        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("407 Proxy Authentication Required")]
    [InlineData("403 Forbidden")]
    [InlineData("502 Bad Gateway")]
    public async Task A_proxy_that_refuses_is_named_with_its_status(string status)
    {
        await using var proxy = new ScriptedServer($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        using var dialer = Dialer(new ClientSettings { Proxy = $"http://127.0.0.1:{proxy.Port}" });

        var failure = await Assert.ThrowsAsync<DialFailedException>(
            () => dialer.DialAsync(new Uri("ws://hub.example/ingest"), CancellationToken.None));

        Assert.Contains($"proxy 127.0.0.1:{proxy.Port}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(status, failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("CONNECT hub.example:80 ", Assert.Single(proxy.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_closes_without_an_answer_gets_one_connection()
    {
        await using var proxy = new ScriptedServer("");
        using var dialer = Dialer(new ClientSettings { Proxy = $"http://127.0.0.1:{proxy.Port}" });

        var failure = await Assert.ThrowsAsync<DialFailedException>(
            () => dialer.DialAsync(new Uri("ws://hub.example/ingest"), CancellationToken.None));

        Assert.Equal($"the proxy 127.0.0.1:{proxy.Port} closed the connection without an answer", failure.Message);
        Assert.Equal(1, proxy.Connections);
    }

    [Theory]
    [InlineData("429 Too Many Requests", "7", 7)]
    [InlineData("503 Service Unavailable", "0", 0)]
    [InlineData("503 Service Unavailable", "soon", null)]
    [InlineData("500 Internal Server Error", "7", null)]
    public async Task The_wait_that_a_server_asks_for_is_kept(string status, string wait, int? seconds)
    {
        await using var server = new ScriptedServer($"HTTP/1.1 {status}\r\nRetry-After: {wait}\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(seconds, (await FailAsync(server)).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task The_wait_may_be_a_date()
    {
        await using var server = new ScriptedServer(
            $"HTTP/1.1 503 Busy\r\nRetry-After: {DateTimeOffset.UtcNow.AddMinutes(5):R}\r\nContent-Length: 0\r\n\r\n");

        Assert.InRange((await FailAsync(server)).RetryAfter!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task An_address_that_swallows_what_is_sent_to_it_does_not_keep_the_next_from_being_dialled()
    {
        await using var server = new ScriptedServer(Good + "\r\n");
        using var deaf = new DeafListener("127.0.0.2", server.Port);
        using var dialer = Dialer(null, "127.0.0.2", "127.0.0.1");

        var peer = await dialer.DialAsync(new Uri($"ws://hub.example:{server.Port}/ingest"), CancellationToken.None);

        Assert.Equal($"127.0.0.1:{server.Port}", peer.Socket.RemoteAddress);
        await peer.Socket.DisposeAsync();
    }

    [Fact]
    public async Task Every_address_that_was_tried_is_named_when_none_answers_in_time()
    {
        using var one = new DeafListener("127.0.0.2", 0);
        using var two = new DeafListener("127.0.0.3", one.Port);
        using var dialer = Dialer(new ClientSettings { HandshakeTimeout = TimeSpan.FromSeconds(2) }, "127.0.0.2", "127.0.0.3");

        var failure = await Assert.ThrowsAsync<DialFailedException>(
            () => dialer.DialAsync(new Uri($"ws://hub.example:{one.Port}/"), CancellationToken.None));

        Assert.Equal($"no connection to 127.0.0.2:{one.Port}, 127.0.0.3:{one.Port} within 2 s", failure.Message);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_named()
    {
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = free.LocalEndPoint!.ToString()!;
        using var dialer = Dialer();
        using var proxied = Dialer(new ClientSettings { Proxy = $"http://{address}" });

        var direct = await Assert.ThrowsAsync<DialFailedException>(
            () => dialer.DialAsync(new Uri($"ws://{address}/"), CancellationToken.None));
        var through = await Assert.ThrowsAsync<DialFailedException>(
            () => proxied.DialAsync(new Uri("ws://hub.example/"), CancellationToken.None));

        Assert.Contains(address, direct.Message, StringComparison.Ordinal);
        Assert.StartsWith($"the proxy {address} cannot be reached: ", through.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_cannot_be_resolved_is_said_to()
    {
        using var dialer = new WebSocketDialer(
            new ComponentSettings { Name = "link",
                Mode = ComponentMode.Client }, "node-1-link", NullLoggerFactory.Instance, static _ => null)
        {
            Resolve = static (_, _) => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)),
        };

        var failure = await Assert.ThrowsAsync<DialFailedException>(
            () => dialer.DialAsync(new Uri("ws://hub.example/"), CancellationToken.None));

        Assert.StartsWith("the name hub.example cannot be resolved: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_in_time()
    {
        var (asked, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = new ScriptedServer((_, _) =>
        {
            asked.SetResult();
            return end.Task;
        });
        var time = new ManualTime();
        using var dialer = Dialer(new ClientSettings { HandshakeTimeout = TimeSpan.FromSeconds(10) }, time);

        var dialling = dialer.DialAsync(server.Url, CancellationToken.None);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(dialling.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var failure = await Assert.ThrowsAsync<DialFailedException>(() => dialling);
        end.SetResult();

        Assert.Equal($"the server at 127.0.0.1:{server.Port} did not finish the handshake within 10 s", failure.Message);
    }

    [Fact]
    public async Task The_text_of_a_close_frame_is_kept_without_what_the_server_was_told()
    {
        var text = "token expired: s3cret-token\u0007"u8.ToArray();
        await using var server = new ScriptedServer(async (request, stream) =>
        {
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes((Good + "\r\n").Replace("{accept}", ScriptedServer.Accept(request), StringComparison.Ordinal)));
            await stream.WriteAsync(new byte[] { 0x88, (byte)(text.Length + 2), 1008 >> 8, 1008 & 0xFF });
            await stream.WriteAsync(text);
        });
        using var dialer = Dialer();
        await using var socket = (await dialer.DialAsync(server.Url, CancellationToken.None)).Socket;

        await socket.ReceiveAsync(new byte[100], CancellationToken.None);

        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "token expired: ***?"), (socket.CloseStatus, socket.CloseText));
    }

    private static WebSocketDialer Dialer(ClientSettings? client = null, params string[] addresses) => Dialer(client, null, addresses);

    private static WebSocketDialer Dialer(ClientSettings? client, TimeProvider? time, params string[] addresses) => new(
        new ComponentSettings
        {
            Name = "link",
            Mode = ComponentMode.Client,
            Client = client ?? new ClientSettings(),
            Auth = new AuthSettings { Type = AuthType.Bearer, BearerTokenEnv = "HUB_TOKEN" },
        },
        "node-1-link",
        NullLoggerFactory.Instance,
        static _ => "s3cret-token",
        time)
    {
        Resolve = (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse)),
    };

    private static async Task<DialFailedException> FailAsync(ScriptedServer server)
    {
        using var dialer = Dialer();
        return await Assert.ThrowsAsync<DialFailedException>(() => dialer.DialAsync(server.Url, CancellationToken.None));
    }
}
