using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Transport;

public abstract class SubprotocolTests(bool lean) : ListenerTests(lean)
{
    public sealed class Lean() : SubprotocolTests(lean: true);

    public sealed class Plain() : SubprotocolTests(lean: false);

    private readonly ServerSettings _server = new() { Host = "127.0.0.1", Subprotocols = ["second.v2", "first.v1"] };
    private readonly AuthSettings _auth = new()
        { Type = AuthType.Bearer, BearerTokenEnv = "TOKEN", BearerInSubprotocol = true, BearerInQuery = true };
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal) { ["TOKEN"] = "s3cret" };

    [Theory]
    [InlineData("first.v1", "first.v1")]
    [InlineData("first.v1, second.v2", "second.v2")]
    [InlineData("other", null)]
    [InlineData(null, null)]
    public async Task A_peer_gets_the_most_wanted_of_ours_that_it_offers_or_none(string? offered, string? chosen)
    {
        await using var node = await StartAsync(_server);

        var head = await AskAsync(node, "/ingest", offered);

        Assert.Contains(" 101 ", head, StringComparison.Ordinal);
        Assert.Equal(chosen is not null, head.Contains("Sec-WebSocket-Protocol:", StringComparison.OrdinalIgnoreCase));
        Assert.True(chosen is null || head.Contains($"Sec-WebSocket-Protocol: {chosen}\r\n", StringComparison.OrdinalIgnoreCase), head);
    }

    [Theory]
    [InlineData(true, "federation.batch.v1", "federation.batch.v1")]
    [InlineData(true, "first.v1, federation.batch.v1", "federation.batch.v1")]
    [InlineData(true, "federation.batch.v2", null)]
    [InlineData(false, "federation.batch.v1", null)]
    [InlineData(false, "federation.batch.v1, first.v1", "first.v1")]
    public async Task Batch_frames_are_chosen_before_all_else_unless_they_are_switched_off(bool batching, string offered, string? chosen)
    {
        await using var node = await StartAsync(_server, new ConnectionSettings { Batching = batching });

        var head = await AskAsync(node, "/ingest", offered);

        Assert.Equal(chosen is not null, head.Contains("Sec-WebSocket-Protocol:", StringComparison.OrdinalIgnoreCase));
        Assert.True(chosen is null || head.Contains($"Sec-WebSocket-Protocol: {chosen}\r\n", StringComparison.OrdinalIgnoreCase), head);
        Assert.Equal(chosen is "federation.batch.v1", (await node.AcceptedAsync()).IsBatching);
    }

    [Theory]
    [InlineData("/ingest", "first.v1, bearer.s3cret", "101")]
    [InlineData("/ingest?access_token=s3cret", null, "101")]
    [InlineData("/ingest", "first.v1, bearer.wrong", "401")]
    [InlineData("/ingest?access_token=wrong", null, "401")]
    [InlineData("/ingest?access_token=s3cret&access_token=wrong", null, "401")]
    public async Task A_browser_shows_its_token_in_a_subprotocol_or_in_the_query(string path, string? offered, string status)
    {
        using var log = new KeptLog();
        await using var node = await StartAsync(_server, auth: _auth, environment: _environment, loggers: log);

        var head = await AskAsync(node, path, offered);

        Assert.Equal(status, head.Split(' ')[1]);
        Assert.DoesNotContain("s3cret", head, StringComparison.Ordinal);
        Assert.DoesNotContain(
            log.Lines, line => line.Contains("s3cret", StringComparison.Ordinal) || line.Contains("wrong", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/ingest", "first.v1, bearer.s3cret")]
    [InlineData("/ingest?access_token=s3cret", null)]
    public async Task Neither_counts_unless_it_is_switched_on(string path, string? offered)
    {
        await using var node = await StartAsync(
            _server, auth: _auth with { BearerInQuery = false, BearerInSubprotocol = false }, environment: _environment);

        Assert.Contains(" 401 ", await AskAsync(node, path, offered), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(TestListener node, string path, string? offered)
    {
        using var peer = await RawPeer.SendHandshakeAsync(node.Port, path, offered is null ? [] : [$"Sec-WebSocket-Protocol: {offered}"]);
        return await peer.ReadHeadAsync();
    }
}
