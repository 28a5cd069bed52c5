using System.Net.Sockets;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>The program where it may open few files and sockets, and strangers take them.</summary>
public sealed class DescriptorTests : IAsyncLifetime
{
    private readonly List<TcpClient> _bare = [];
    private NatsServer? _nats;

    public async Task InitializeAsync() => _nats = await NatsServer.StartAsync();

    public async Task DisposeAsync()
    {
        Leave();
        await _nats!.DisposeAsync();
    }

    [Fact]
    public async Task Bare_connections_to_both_ports_leave_room_for_peers_and_for_the_admin_endpoint()
    {
        await using var node = await StartAsync(1024);
        Assert.InRange(Descriptors(node), 1, 256);
        await using var before = await TestPeer.ConnectAsync(node.Url);

        await ComeAsync(node.Url.Port, 700);
        await ComeAsync(node.Admin.Port, 700);
        await AckAsync(before, "before");

        // Those that send nothing are cut after the handshake's time, a part of them each time.
        await using var during = await TestPeer.ConnectAsync(node.Url);
        await AckAsync(during, "during");
        Assert.InRange(Descriptors(node), 1, 1024 - 64);

        Leave();
        await AckAsync(during, "after");
        using var http = new HttpClient { BaseAddress = node.Admin };
        Assert.Equal("live\n", await http.GetStringAsync("live").WaitAsync(Patience.Long));
        Assert.DoesNotContain(node.Output, static line => line.Contains(" 112 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_process_that_runs_out_of_descriptors_says_so_and_goes_on_when_there_are_some()
    {
        await using var node = await StartAsync(400);
        await node.SaysAsync("The settings allow for 718 descriptors");
        await node.SaysAsync("the process may have 400");
        await using var before = await TestPeer.ConnectAsync(node.Url);

        await ComeAsync(node.Url.Port, 300);
        await node.SaysAsync("New connections wait: 336 descriptors are in use, and the last 64 are reserved");
        await AckAsync(before, "before");
        Assert.False(node.HasEnded);

        Leave();
        await using var after = await TestPeer.ConnectAsync(node.Url);
        await AckAsync(after, "after");
    }

    private static int Descriptors(FederationProcess node) => Directory.GetFiles($"/proc/{node.Id}/fd").Length;

    private static async Task AckAsync(TestPeer peer, string id)
    {
        await peer.SendAsync(TestPeer.Data(id, "1"));
        Assert.Equal(id, (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
    }

    private async Task<FederationProcess> StartAsync(int descriptors)
    {
        var directory = Directory.CreateTempSubdirectory("federation-");
        var file = Path.Combine(directory.FullName, "node.conf");
        await File.WriteAllTextAsync(file, FederationProcess.Configuration(_nats!.Url));
        var node = FederationProcess.Start(
            "prlimit", directory, null,
            $"--nofile={descriptors}:{descriptors}", FederationProcess.Program, "run", "--config", file,
            "--set", "federation.components.edge-in.server.max_connections=10",
            "--set", "federation.components.edge-in.server.handshake_timeout=1s");
        try
        {
            await node.ListeningAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    private async Task ComeAsync(int port, int count)
    {
        // Beyond the backlog a connection is not finished: nobody waits for it.
        for (var i = 0; i < count; i++)
        {
            var bare = new TcpClient();
            _bare.Add(bare);
            var connecting = bare.ConnectAsync("127.0.0.1", port);
            _ = connecting.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default);
            await Task.WhenAny(connecting, Task.Delay(TimeSpan.FromMilliseconds(20)));
        }
    }

    private void Leave()
    {
        _bare.ForEach(static bare => bare.Dispose());
        _bare.Clear();
    }
}
