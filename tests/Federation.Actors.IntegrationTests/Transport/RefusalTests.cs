using System.Net;
using System.Net.WebSockets;
using Federation.Actors.Diagnostics;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Transport;

public abstract class RefusalTests(bool lean) : ListenerTests(lean)
{
    public sealed class Lean() : RefusalTests(lean: true);

    public sealed class Plain() : RefusalTests(lean: false);

    private readonly AuthSettings _bearer = new() { Type = AuthType.Bearer, BearerTokenEnv = "TOKEN" };
    private readonly AuthSettings _basic = new() { Type = AuthType.Basic, BasicUsernameEnv = "NAME", BasicPasswordEnv = "PASSWORD" };
    private readonly Dictionary<string, string> _environment =
        new(StringComparer.Ordinal) { ["TOKEN"] = "s3cret", ["NAME"] = "edge", ["PASSWORD"] = "s3cret" };

    [Fact]
    public async Task Another_path_is_404()
    {
        await using var node = await StartAsync();

        var (status, _, _) = await AskAsync(node, path: "/other");

        Assert.Equal("404", status);
    }

    [Fact]
    public async Task A_path_that_is_no_longer_mapped_is_404()
    {
        await using var node = await StartAsync();
        node.Listener.Unmap("/ingest");

        Assert.Equal("404", (await AskAsync(node)).Status);
    }

    [Fact]
    public async Task A_plain_request_is_426_and_told_what_to_upgrade_to()
    {
        await using var node = await StartAsync();
        using var http = new HttpClient();

        var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{node.Port}/ingest")).WaitAsync(Patience.Long);

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Equal("websocket", answer.Headers.Upgrade.ToString());
        Assert.Equal("13", answer.Headers.GetValues("Sec-WebSocket-Version").Single());
        Assert.Contains("WebSocket", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, Errors(node));
    }

    [Fact]
    public async Task A_refusal_that_ends_the_connection_says_so()
    {
        await using var node = await StartAsync();
        using var plain = await RawPeer.OpenAsync(node.Port);
        await plain.SendAsync("GET /ingest HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());

        Assert.Contains("Connection: Upgrade, close\r\n", await plain.ReadHeadAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("accepts only", await plain.ReadUntilAsync('\n'), StringComparison.Ordinal);
        await Assert.ThrowsAsync<EndOfStreamException>(() => plain.ReadUntilAsync('\n'));
    }

    [Theory]
    [InlineData("403", "Origin: http://evil.example")]
    [InlineData("400", "X-Federation-Peer: a b")]
    [InlineData("403", "X-Federation-Peer: client-1")]
    public async Task Another_refusal_says_so_or_leaves_the_connection_open(string status, string header)
    {
        await using var node = await StartAsync();
        using var peer = await RawPeer.SendHandshakeAsync(node.Port, "/ingest", header);
        var head = await peer.ReadHeadAsync();
        await peer.ReadUntilAsync('\n');

        Assert.Equal(status, head.Split(' ')[1]);
        if (head.Contains("Connection: close", StringComparison.OrdinalIgnoreCase))
        {
            await Assert.ThrowsAsync<EndOfStreamException>(() => peer.ReadAsync(1));
        }
        else
        {
            await peer.SendAsync("GET /ingest HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
            Assert.Contains(" 426 ", await peer.ReadHeadAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_posted_body_is_426_as_well()
    {
        await using var node = await StartAsync();
        using var http = new HttpClient();
        using var body = new StringContent("{}");

        var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{node.Port}/ingest"), body).WaitAsync(Patience.Long);

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
    }

    [Theory]
    [InlineData()]
    [InlineData("Authorization: Bearer wrong")]
    [InlineData("Authorization: nonsense")]
    public async Task Missing_or_wrong_bearer_credentials_are_401(params string[] headers)
    {
        await using var node = await StartAsync(auth: _bearer, environment: _environment);

        var (status, head, body) = await AskAsync(node, "/ingest", headers);

        Assert.Equal("401", status);
        Assert.Contains("WWW-Authenticate: Bearer\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("s3cret", head + body, StringComparison.Ordinal);
        Assert.Equal(1, node.Metrics.Errors(ErrorTypes.AuthFailed).Value);
    }

    [Fact]
    public async Task Wrong_basic_credentials_are_401()
    {
        await using var node = await StartAsync(auth: _basic, environment: _environment);

        var (status, head, _) = await AskAsync(node, "/ingest", "Authorization: Basic ZWRnZTp3cm9uZw==");

        Assert.Equal("401", status);
        Assert.Contains("WWW-Authenticate: Basic realm=\"federation\"", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, node.Metrics.Errors(ErrorTypes.AuthFailed).Value);
    }

    [Fact]
    public async Task Right_credentials_are_let_in()
    {
        await using var bearer = await StartAsync(auth: _bearer, environment: _environment);
        await using var basic = await StartAsync(auth: _basic, environment: _environment);

        using var first = await bearer.ConnectAsync(options => options.SetRequestHeader("Authorization", "Bearer s3cret"));
        using var second = await basic.ConnectAsync(options => options.SetRequestHeader("Authorization", "Basic ZWRnZTpzM2NyZXQ="));

        Assert.Equal((WebSocketState.Open, WebSocketState.Open), (first.State, second.State));
    }

    [Fact]
    public async Task A_foreign_origin_is_403_and_the_same_origin_is_let_in()
    {
        await using var node = await StartAsync();

        Assert.Equal("403", (await AskAsync(node, "/ingest", "Origin: http://evil.example")).Status);
        Assert.Equal("403", (await AskAsync(node, "/ingest", "Origin: null")).Status);
        Assert.Equal("101", (await AskAsync(node, "/ingest", $"Origin: http://127.0.0.1:{node.Port}")).Status);
        Assert.Equal(2, node.Metrics.Errors(ErrorTypes.OriginRejected).Value);
    }

    [Theory]
    [InlineData("X-Federation-Peer: edge.1")]
    [InlineData("X-Federation-Peer: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("X-Federation-Peer: a", "X-Federation-Peer: b")]
    public async Task A_name_that_cannot_be_a_subject_token_is_400_and_says_why(params string[] headers)
    {
        await using var node = await StartAsync();

        var (status, _, body) = await AskAsync(node, "/ingest", headers);

        Assert.Equal("400", status);
        Assert.Contains("X-Federation-Peer must be 1 to 64 of A-Za-z0-9_-", body, StringComparison.Ordinal);
        Assert.Equal(0, Errors(node));
    }

    [Fact]
    public async Task Draining_is_503_with_a_time_to_come_back()
    {
        await using var node = await StartAsync();
        node.Endpoint.Draining = true;

        var (status, head, _) = await AskAsync(node);

        Assert.Equal("503", status);
        Assert.Contains("Retry-After: 5\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, node.Metrics.Errors(ErrorTypes.ConnectionRefused).Value);
    }

    [Fact]
    public async Task Of_many_peers_at_once_exactly_max_connections_are_let_in_and_a_place_that_falls_free_is_given_again()
    {
        await using var node = await StartAsync(new ServerSettings { Host = "127.0.0.1", MaxConnections = 3 });

        var peers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => RawPeer.SendHandshakeAsync(node.Port))));
        var heads = await Task.WhenAll(peers.Select(peer => peer.ReadHeadAsync()));

        Assert.Equal(3, heads.Count(head => head.Contains(" 101 ", StringComparison.Ordinal)));
        Assert.Equal(17, heads.Count(head =>
            head.Contains(" 503 ", StringComparison.Ordinal) && head.Contains("Retry-After: 5", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(17, node.Metrics.Errors(ErrorTypes.ConnectionRefused).Value);

        await (await node.AcceptedAsync()).Socket.DisposeAsync();
        await Patience.UntilAsync(() => node.Endpoint.OpenConnections == 2, "a place free");
        Assert.Equal("101", (await AskAsync(node)).Status);
        Array.ForEach(peers, peer => peer.Dispose());
    }

    [Fact]
    public async Task A_peer_that_comes_back_while_its_old_connection_is_silent_needs_no_place_of_its_own()
    {
        await using var node = await StartAsync(new ServerSettings { Host = "127.0.0.1", MaxConnections = 1 });
        using var silent = await RawPeer.SendHandshakeAsync(node.Port, "/ingest", "X-Federation-Peer: edge");
        Assert.Contains(" 101 ", await silent.ReadHeadAsync(), StringComparison.Ordinal);

        Assert.Equal("503", (await AskAsync(node, "/ingest", "X-Federation-Peer: other")).Status);
        Assert.Equal("101", (await AskAsync(node, "/ingest", "X-Federation-Peer: edge")).Status);
    }

    [Fact]
    public async Task Each_refusal_is_counted_and_told_with_address_name_and_reason_and_without_secrets()
    {
        await using var node = await StartAsync(
            new ServerSettings { Host = "127.0.0.1",
                HandshakeTimeout = TimeSpan.FromSeconds(1) }, auth: _bearer with { MaxFailuresPerMinute = 1 }, environment: _environment);
        using var slow = await RawPeer.OpenAsync(node.Port);
        await slow.SendAsync("GET /ingest?access_token=s3cret HTTP/1.1\r\nHost: a\r\n"u8.ToArray());
        await AskAsync(node, "/ingest", "Authorization: Bearer wr0ng", "X-Federation-Peer: edge");
        await AskAsync(node, "/ingest", "Authorization: Bearer wr0ng", "X-Federation-Peer: e d\u0007ge");
        await AskAsync(node, "/ingest", "Origin: http://evil.example");
        node.Endpoint.Draining = true;
        await AskAsync(node);
        using var plain = await RawPeer.OpenAsync(node.Port);
        await plain.SendAsync("GET /ingest HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        await plain.ReadHeadAsync();
        using var broken = await RawPeer.OpenAsync(node.Port);
        await broken.SendAsync("GET s3cret\r\n\r\n"u8.ToArray());
        await broken.ReadHeadAsync();
        Assert.Contains(" 408 ", await slow.ReadHeadAsync(), StringComparison.Ordinal);

        Assert.Equal([400, 401, 403, 408, 426, 429, 503], node.Refused.Select(refused => refused.Status).Order());
        Assert.All(node.Refused, refused => Assert.Equal(1, node.Metrics.HandshakesRefused(refused.Status).Value));
        Assert.All(node.Refused, refused => Assert.StartsWith("127.0.0.1:", refused.Address, StringComparison.Ordinal));
        Assert.Equal(["edge"], node.Refused.Where(refused => refused.Status == 401).Select(refused => refused.Peer));
        Assert.Equal(["e_d_ge"], node.Refused.Where(refused => refused.Status == 429).Select(refused => refused.Peer));
        Assert.DoesNotContain(node.Refused, refused => refused.ToString()
            .Contains("s3cret", StringComparison.Ordinal) || refused.ToString().Contains("wr0ng", StringComparison.Ordinal));
    }

    private static async Task<(string Status, string Head, string Body)> AskAsync(
        TestListener node, string path = "/ingest", params string[] headers)
    {
        using var peer = await RawPeer.SendHandshakeAsync(node.Port, path, headers);
        var head = await peer.ReadHeadAsync();
        var status = head.Split(' ')[1];
        return (status, head, status is "101" ? "" : await peer.ReadUntilAsync('\n'));
    }

    private static double Errors(TestListener node) =>
        node.Metrics.Errors(ErrorTypes.AuthFailed).Value
        + node.Metrics.Errors(ErrorTypes.OriginRejected).Value
        + node.Metrics.Errors(ErrorTypes.ConnectionRefused).Value;
}
