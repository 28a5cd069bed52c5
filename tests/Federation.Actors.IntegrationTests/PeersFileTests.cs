using System.Net.WebSockets;
using Federation.Actors.Configuration;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>A hub whose thousands of peers are in one file, which changes while they are connected.</summary>
public sealed class PeersFileTests : IAsyncLifetime
{
    private const int Peers = 5000;
    private const WebSocketCloseStatus Revoked = (WebSocketCloseStatus)4003;

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("peers-file-tests-");
    private readonly SortedDictionary<string, string> _lines = new(StringComparer.Ordinal);

    private NatsServer _nats = null!;

    private string File => Path.Combine(_files.FullName, "peers.conf");

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync();
        for (var i = 0; i < Peers; i++)
        {
            Set($"edge-{i}", $"token-{i}");
        }

        Write();
    }

    public async Task DisposeAsync()
    {
        await _nats.DisposeAsync();
        _files.Delete(recursive: true);
    }

    [Fact]
    public async Task A_peer_is_added_changed_and_revoked_while_the_others_stay_connected()
    {
        await using var node = await StartAsync();
        await using var first = await ConnectAsync(node, "token-1");
        await using var removed = await ConnectAsync(node, "token-2");
        await using var changed = await ConnectAsync(node, "token-3");
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(node, "token-new"));

        _lines.Remove("edge-2");
        Set("edge-3", "token-3b");
        Set("edge-new", "token-new");
        Write();

        await removed.Closed;
        await changed.Closed;
        Assert.Equal((Revoked, Revoked), (removed.CloseStatus, changed.CloseStatus));
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(node, "token-2"));
        await using var added = await ConnectAsync(node, "token-new");
        await using var again = await ConnectAsync(node, "token-3b");
        await AssertServedAsync(first);
        await AssertServedAsync(added);
        await AssertServedAsync(again);
        Assert.Equal(2, await node.MetricAsync("connections_revoked_total"));
    }

    [Fact]
    public async Task A_faulty_file_disconnects_nobody_and_shows_until_it_is_mended()
    {
        await using var node = await StartAsync();
        await using var first = await ConnectAsync(node, "token-1");

        await System.IO.File.WriteAllTextAsync(File, "edge-1 { secret = plain }");
        await Eventually.TrueAsync(async () => await node.MetricAsync("credential_files_failing") == 1, "the fault");
        var report = await node.WhenAsync(static report => !report.Healthy, "the fault in health");
        Assert.Contains(report.Components.Values.Single().Problems, static problem => problem.Contains("peers.conf", StringComparison.Ordinal));
        await AssertServedAsync(first);
        await using var second = await ConnectAsync(node, "token-2");
        await AssertServedAsync(second);

        Write();
        await Eventually.TrueAsync(async () => await node.MetricAsync("credential_files_failing") == 0, "no fault");
        await node.WhenAsync(static report => report.Healthy, "health");
        await AssertServedAsync(first);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deleted_or_emptied_file_disconnects_all(bool isDeleted)
    {
        await using var node = await StartAsync();
        await using var first = await ConnectAsync(node, "token-1");
        await using var second = await ConnectAsync(node, "token-2");

        await System.IO.File.WriteAllTextAsync(File, "");
        if (isDeleted)
        {
            System.IO.File.Delete(File);
        }

        await first.Closed;
        await second.Closed;
        Assert.Equal((Revoked, Revoked), (first.CloseStatus, second.CloseStatus));
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(node, "token-1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("other")]
    public async Task A_token_file_that_is_emptied_or_replaced_ends_its_connections(string next)
    {
        var token = Path.Combine(_files.FullName, "token");
        await System.IO.File.WriteAllTextAsync(token, "shared");
        await using var node = await StartAsync(new AuthSettings { Type = AuthType.Bearer, BearerTokenFile = token });
        await using var peer = await ConnectAsync(node, "shared");

        await System.IO.File.WriteAllTextAsync(token, next);

        await peer.Closed;
        Assert.Equal(Revoked, peer.CloseStatus);
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(node, "shared"));
    }

    [Fact]
    public async Task A_name_of_the_file_cannot_be_claimed_with_the_shared_token()
    {
        var token = Path.Combine(_files.FullName, "token");
        await System.IO.File.WriteAllTextAsync(token, "shared");
        await using var node = await StartAsync(
            new AuthSettings { Type = AuthType.Bearer, BearerTokenFile = token, PeersFile = File });

        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(node, "shared", claimed: "edge-1"));

        await using var other = await ConnectAsync(node, "shared", claimed: "unknown");
        await AssertServedAsync(other);
    }

    [Fact]
    public async Task The_line_and_the_token_that_the_program_prints_belong_together()
    {
        await using var program = FederationCommand.Start(
            "token", "edge-new", "--profile", "sensor", "--tag", "region=eu", "--tag", "site=a b");
        Assert.Equal(0, await program.ExitedAsync());
        _lines["edge-new"] = Assert.Single(program.Output);
        Write();

        await using var node = await StartAsync(
            new AuthSettings { Type = AuthType.Bearer, PeersFile = File, Profiles = [new ProfileSettings { Name = "sensor" }] });

        await using var peer = await ConnectAsync(node, Assert.Single(program.Errors));
        await AssertServedAsync(peer);
        Assert.EndsWith("profile = sensor, tags { region = \"eu\", site = \"a b\" } }", _lines["edge-new"], StringComparison.Ordinal);
        Assert.DoesNotContain(program.Errors[0], _lines["edge-new"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_of_many_peers_are_written_into_files_of_their_owner_and_never_over_others()
    {
        var tokens = Path.Combine(_files.FullName, "tokens");
        await using var program = FederationCommand.Start("token", "--directory", tokens, "edge-a", "edge-b");
        Assert.Equal(0, await program.ExitedAsync());
        Assert.Empty(program.Errors);
        (_lines["edge-a"], _lines["edge-b"]) = (program.Output[0], program.Output[1]);
        Write();

        await using var node = await StartAsync();

        var file = Path.Combine(tokens, "edge-b");
        var token = (await System.IO.File.ReadAllTextAsync(file)).TrimEnd();
        await using var peer = await ConnectAsync(node, token);
        await AssertServedAsync(peer);
        Assert.True(OperatingSystem.IsWindows()
            || System.IO.File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        await using var again = FederationCommand.Start("token", "--directory", tokens, "edge-c", "edge-b");
        Assert.Equal(2, await again.ExitedAsync());
        Assert.Contains(again.Errors, static line => line.Contains(
            "--directory: found the file edge-b in it, expected no file of that name", StringComparison.Ordinal));
        Assert.Equal(token, (await System.IO.File.ReadAllTextAsync(file)).TrimEnd());
        Assert.False(System.IO.File.Exists(Path.Combine(tokens, "edge-c")));
    }

    [Theory]
    [InlineData("NAME: found \"client-1\", expected 1 to 64 of A-Za-z0-9_-, other than client- and a number", "client-1")]
    [InlineData("NAME: found 2 names, expected one name, or --directory for the tokens", "edge-1", "edge-2")]
    [InlineData("--tag: found \"eu\", expected a key and a value, such as region=eu", "edge-1", "--tag", "eu")]
    [InlineData("--profile: found \"a b\", expected 1 to 64 of A-Za-z0-9_-", "edge-1", "--profile", "a b")]
    public async Task A_token_of_a_wrong_name_or_tag_is_not_made(string fault, params string[] arguments)
    {
        await using var program = FederationCommand.Start(["token", .. arguments]);

        Assert.Equal(2, await program.ExitedAsync());
        Assert.Contains(program.Errors, line => line.Contains(fault, StringComparison.Ordinal));
        Assert.Empty(program.Output);
    }

    private static async Task<TestPeer> ConnectAsync(TestNode node, string token, string? claimed = null) =>
        await TestPeer.ConnectAsync(node.Url, options =>
        {
            options.SetRequestHeader("Authorization", $"Bearer {token}");
            if (claimed is not null)
            {
                options.SetRequestHeader("X-Federation-Peer", claimed);
            }
        });

    private static async Task AssertServedAsync(TestPeer peer)
    {
        await peer.SendAsync(TestPeer.Data("1", "{}"));
        Assert.Equal("1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
    }

    private Task<TestNode> StartAsync(AuthSettings? auth = null) => TestNode.StartAsync(
        _nats.Url, component => component with { Auth = auth ?? new AuthSettings { Type = AuthType.Bearer, PeersFile = File } });

    private void Set(string name, string secret) => _lines[name] = $"{name} {{ secret = \"{PeerTable.HashOf(secret)}\" }}";

    /// <summary>As an operator should: the file is complete before it takes the place of the old one.</summary>
    private void Write()
    {
        System.IO.File.WriteAllLines(File + ".new", _lines.Values);
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }
}
