using System.Globalization;
using System.Net;
using Federation.Actors.Diagnostics;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Transport;

/// <summary>Who tries one token after the other, or connects too often, is held off; nobody else notices.</summary>
public abstract class GuessingTests(bool lean) : ListenerTests(lean)
{
    public sealed class Lean() : GuessingTests(lean: true);

    public sealed class Plain() : GuessingTests(lean: false);

    private static readonly IPAddress Guesser = IPAddress.Parse("127.0.0.1");
    private static readonly IPAddress Honest = IPAddress.Parse("127.0.0.2");

    private readonly Dictionary<string, string> _environment =
        new(StringComparer.Ordinal) { ["TOKEN"] = "s3cret", ["SEVEN"] = "s3cret-7", ["EIGHT"] = "s3cret-8" };

    private readonly AuthSettings _auth = new()
    {
        Type = AuthType.Bearer,
        BearerTokenEnv = "TOKEN",
        Tokens = [new TokenSettings { Name = "edge-7", TokenEnv = "SEVEN" }, new TokenSettings { Name = "edge-8", TokenEnv = "EIGHT" }],
    };

    [Fact]
    public async Task A_wrong_token_fifty_times_is_thirty_times_401_and_then_429_while_others_still_enter()
    {
        await using var node = await StartAsync(auth: _auth, environment: _environment);

        var statuses = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            statuses.Add((await AskAsync(node, Guesser, $"Bearer guess-{i}")).Status);
        }

        Assert.Equal([.. Enumerable.Repeat("401", 30), .. Enumerable.Repeat("429", 20)], statuses);
        Assert.Equal(30, node.Metrics.Errors(ErrorTypes.AuthFailed).Value);
        Assert.Equal(20, node.Metrics.Errors(ErrorTypes.AuthThrottled).Value);

        var (status, head) = await AskAsync(node, Guesser, "Bearer s3cret");
        Assert.Equal("429", status);
        var wait = head.Split("Retry-After: ")[1].Split("\r\n")[0];
        Assert.InRange(int.Parse(wait, CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal("101", (await AskAsync(node, Honest, "Bearer s3cret")).Status);
    }

    [Fact]
    public async Task Right_tokens_are_never_held_off()
    {
        await using var node = await StartAsync(auth: _auth with { MaxFailuresPerMinute = 1 }, environment: _environment);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("101", (await AskAsync(node, Guesser, "Bearer s3cret")).Status);
        }
    }

    [Theory]
    [InlineData("s3cret-7", null, "edge-7", true)]
    [InlineData("s3cret-8", "somebody-else", "edge-8", true)]
    [InlineData("s3cret", "edge-9", "edge-9", true)]
    [InlineData("s3cret", null, "client-1", false)]
    public async Task A_token_of_its_own_says_who_a_peer_is_whatever_the_header_says(
        string token, string? header, string identity, bool lasting)
    {
        await using var node = await StartAsync(auth: _auth, environment: _environment);

        using var client = await node.ConnectAsync(options =>
        {
            options.SetRequestHeader("Authorization", $"Bearer {token}");
            if (header is not null)
            {
                options.SetRequestHeader("X-Federation-Peer", header);
            }
        });

        var peer = await node.AcceptedAsync();
        Assert.Equal((identity, lasting), (peer.Name.Identity, peer.Name.Lasting));
    }

    [Fact]
    public async Task More_peers_at_once_than_may_be_let_in_per_second_are_503_and_those_without_credentials_do_not_count()
    {
        await using var node = await StartAsync(
            new ServerSettings { Host = "127.0.0.1",
                MaxUpgradesPerSecond = 3 }, auth: _auth with { MaxFailuresPerMinute = 0 }, environment: _environment);

        var wrong = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AskAsync(node, Guesser, "Bearer wrong")));
        var right = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(node, Honest, "Bearer s3cret")));

        Assert.All(wrong, answer => Assert.Equal("401", answer.Status));
        Assert.InRange(right.Count(answer => answer.Status is "101"), 3, 9);
        Assert.All(right.Where(answer => answer.Status is not "101"), answer =>
        {
            Assert.Equal("503", answer.Status);
            Assert.Matches(@"\r\nRetry-After: [1-9]\r\n", answer.Head);
        });
        Assert.Equal(right.Count(answer => answer.Status is "503"), node.Metrics.Errors(ErrorTypes.ConnectionRefused).Value);
    }

    private static async Task<(string Status, string Head)> AskAsync(TestListener node, IPAddress from, string authorization)
    {
        using var peer = await RawPeer.SendHandshakeAsync(node.Port, from, "/ingest", $"Authorization: {authorization}");
        var head = await peer.ReadHeadAsync();
        return (head.Split(' ')[1], head);
    }
}
