using System.Net.Sockets;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests;

/// <summary>The other tests trust the server starter; these show that they may.</summary>
[Trait("Servers", "All")]
public sealed class NatsServerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Frozen = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Two_servers_get_two_ports_and_both_answer()
    {
        await using var one = await NatsServer.StartAsync();
        await using var other = await NatsServer.StartAsync();

        Assert.NotEqual(one.Port, other.Port);
        await PingAsync(one);
        await PingAsync(other);
    }

    [Fact]
    public async Task A_killed_server_is_gone_and_comes_back_on_its_port_as_another_process()
    {
        await using var server = await NatsServer.StartAsync();
        var (port, pid) = (server.Port, server.Pid);

        server.Kill();

        Assert.False(server.IsRunning);
        await Assert.ThrowsAnyAsync<SocketException>(() => TryConnectAsync(port));

        await server.RestartAsync();

        Assert.Equal(port, server.Port);
        Assert.NotEqual(pid, server.Pid);
        await PingAsync(server);
    }

    [Fact]
    public async Task A_stopped_server_has_logged_its_end()
    {
        await using var server = await NatsServer.StartAsync();

        await server.StopAsync();

        Assert.False(server.IsRunning);
        Assert.Contains("Server Exiting", server.Log, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => server.Pid);
    }

    [Fact]
    public async Task A_suspended_server_does_not_answer_until_it_is_resumed()
    {
        await using var server = await NatsServer.StartAsync();
        await using var connection = new NatsConnection(NatsOpts.Default with { Url = server.Url });
        await connection.ConnectAsync().AsTask().WaitAsync(Limit);

        server.Suspend();
        var ping = connection.PingAsync().AsTask();
        await Assert.ThrowsAsync<TimeoutException>(() => ping.WaitAsync(Frozen));
        server.Resume();

        await ping.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_suspended_server_can_be_stopped()
    {
        await using var server = await NatsServer.StartAsync();
        server.Suspend();

        await server.StopAsync();

        Assert.False(server.IsRunning);
    }

    [Fact]
    public async Task A_port_in_use_fails_with_the_log()
    {
        await using var server = await NatsServer.StartAsync();

        var error = await Assert.ThrowsAsync<NatsServerFailedException>(
            () => NatsServer.StartAsync(new NatsServerOptions { Port = server.Port }));

        Assert.Contains("address already in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_configuration_fails_with_the_log()
    {
        var error = await Assert.ThrowsAsync<NatsServerFailedException>(
            () => NatsServer.StartAsync(new NatsServerOptions { ConfigText = "no_such_setting: 1" }));

        Assert.Contains("no_such_setting", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_outlasts_a_restart()
    {
        await using var server = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        Assert.Contains("\"did_create\":true",
            await RequestAsync(server, "$JS.API.STREAM.CREATE.KEPT", """{"name":"KEPT","subjects":["kept"]}"""), StringComparison.Ordinal);

        server.Kill();
        await server.RestartAsync();

        Assert.Contains("\"name\":\"KEPT\"", await RequestAsync(server, "$JS.API.STREAM.INFO.KEPT", ""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_ends_the_process_and_deletes_its_files()
    {
        var server = await NatsServer.StartAsync();
        var (port, directory) = (server.Port, server.DirectoryPath);
        Assert.True(Directory.Exists(directory));

        await server.DisposeAsync();

        Assert.False(server.IsRunning);
        Assert.False(Directory.Exists(directory));
        await Assert.ThrowsAnyAsync<SocketException>(() => TryConnectAsync(port));
    }

    private static async Task PingAsync(NatsServer server)
    {
        await using var connection = new NatsConnection(NatsOpts.Default with { Url = server.Url });
        await connection.PingAsync().AsTask().WaitAsync(Limit);
    }

    private static async Task<string?> RequestAsync(NatsServer server, string subject, string request)
    {
        await using var connection = new NatsConnection(NatsOpts.Default with { Url = server.Url });
        var reply = await connection.RequestAsync<string, string>(subject, request).AsTask().WaitAsync(Limit);
        return reply.Data;
    }

    private static async Task TryConnectAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port).WaitAsync(Limit);
    }
}
