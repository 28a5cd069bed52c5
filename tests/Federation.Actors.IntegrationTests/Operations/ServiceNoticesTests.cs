using System.Net.Sockets;
using System.Text;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Operations;

/// <summary>What the program tells systemd, at the socket that systemd would listen on.</summary>
public sealed class ServiceNoticesTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("federation-");
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private NatsServer _nats = null!;

    public async Task InitializeAsync()
    {
        _systemd.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _nats = await NatsServer.StartAsync();
        await File.WriteAllTextAsync(ConfigurationPath, FederationProcess.Configuration(_nats.Url));
    }

    public async Task DisposeAsync()
    {
        await _nats.DisposeAsync();
        _systemd.Dispose();
        _directory.Delete(recursive: true);
    }

    private string SocketPath => Path.Combine(_directory.FullName, "notify");

    private string ConfigurationPath => Path.Combine(_directory.FullName, "node.conf");

    [Fact]
    public async Task Ready_comes_when_peers_can_connect_and_stopping_before_the_drain()
    {
        await using var node = Start();
        Assert.Equal("READY=1", await NoticeAsync());
        await using var sender = await NumberedSender.ConnectAsync(await ListeningAsync(node), "edge");
        _nats.Suspend();
        await sender.SendAsync(10);

        node.Signal(ProcessSignal.Terminate);

        Assert.Equal("STOPPING=1", await NoticeAsync());
        Assert.False(node.HasEnded);
        Assert.Empty(sender.Acked);
        _nats.Resume();
        Assert.Equal(0, await node.ExitedAsync());
    }

    [Fact]
    public async Task A_node_without_NATS_is_ready_to_hold_what_comes()
    {
        _nats.Kill();
        await using var node = Start();

        Assert.Equal("READY=1", await NoticeAsync());
    }

    [Fact]
    public async Task The_watchdog_hears_of_a_node_that_lives()
    {
        await using var node = Start(("WATCHDOG_USEC", "600000"));
        Assert.Equal("READY=1", await NoticeAsync());

        Assert.Equal("WATCHDOG=1", await NoticeAsync());
        Assert.Equal("WATCHDOG=1", await NoticeAsync());
    }

    [Fact]
    public async Task A_node_that_systemd_does_not_wait_for_runs_as_ever()
    {
        await using var node = Start(("NOTIFY_SOCKET", ""));
        await ListeningAsync(node);

        node.Signal(ProcessSignal.Terminate);

        Assert.Equal(0, await node.ExitedAsync());
        Assert.Equal(0, _systemd.Available);
    }

    private static async Task<Uri> ListeningAsync(FederationProcess node)
    {
        await node.ListeningAsync();
        return node.Url;
    }

    private FederationProcess Start(params (string Name, string Value)[] environment)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { ["NOTIFY_SOCKET"] = SocketPath };
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        return FederationProcess.Start(FederationProcess.Program, null, all, "run", "--config", ConfigurationPath);
    }

    private async Task<string> NoticeAsync()
    {
        var buffer = new byte[256];
        var length = await _systemd.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Patience.Long);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
