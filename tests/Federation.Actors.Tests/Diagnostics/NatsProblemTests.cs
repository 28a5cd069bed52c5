using Federation.Actors.Diagnostics;
using Federation.Actors.Nats;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class NatsProblemTests
{
    [Fact]
    public async Task Why_a_server_cannot_be_connected_to_is_kept_from_the_log_of_the_library()
    {
        using var free = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        free.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var url = $"nats://127.0.0.1:{((System.Net.IPEndPoint)free.LocalEndPoint!).Port}";
        var settings = new NatsSettings { Url = url };
        await using var connection = new NatsConnection(
            NatsOptions.Create(settings, new NatsServers(url), "test", NullLoggerFactory.Instance));

        var failure = await Assert.ThrowsAsync<NatsException>(async () => await connection.ConnectAsync());

        Assert.StartsWith(
            $"cannot connect to {url}: ", NatsProblem.Describe(failure, ConnectErrors.Of(connection)), StringComparison.Ordinal);
        Assert.Contains("refused", NatsProblem.Describe(failure, ConnectErrors.Of(connection)), StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_that_do_not_answer_are_said_in_words() => Assert.Equal(
        "cannot connect to nats://127.0.0.1:4222", NatsProblem.Describe(new NatsException("can not connect uris: nats://127.0.0.1:4222")));

    [Fact]
    public void What_else_goes_wrong_is_said_as_its_cause_says_it() => Assert.Equal(
        "no such host", NatsProblem.Describe(new NatsException("failed", new IOException("no such host."))));
}
