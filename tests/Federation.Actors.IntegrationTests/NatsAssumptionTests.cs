using System.Text;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests;

/// <summary>
/// What the program relies on and no document of nats-server or NATS.Net promises. A test that fails here after an update names the code to
/// look at.
/// </summary>
[Trait("Servers", "All")]
public sealed class NatsAssumptionTests
{
    private const string Connect = "CONNECT {\"verbose\":false,\"user\":\"node\",\"pass\":\"secret\"}\r\n";

    /// <summary>OrderedConnection, NatsCoreBus, Denials.</summary>
    [Fact]
    public async Task What_is_refused_is_reported_before_the_PONG_of_a_PING_that_came_behind_it()
    {
        await using var nats = await StartAsync();

        var lines = await RawNats.TalkAsync(
            nats, Connect + "PING\r\nPUB denied 1\r\nx\r\nPING\r\nPUB allowed 1\r\nx\r\nSUB denied 1\r\nPING\r\n", pongs: 3);

        Assert.Equal(["PONG", "-ERR", "PONG", "-ERR", "PONG"], lines.Select(static line => line.Split(' ')[0]));
    }

    /// <summary>NatsErrors, NatsRefusal.</summary>
    [Theory]
    [InlineData("PUB denied 1\r\nx\r\n", false, "denied", "")]
    [InlineData("SUB denied 1\r\n", true, "denied", "")]
    [InlineData("SUB denied group 1\r\n", true, "denied", "group")]
    [InlineData("SUB a 1\r\nSUB b 2\r\nSUB c 3\r\n", true, "", "")]
    public async Task A_refusal_names_the_subject_and_the_queue_group(string commands, bool isSubscription, string subject, string queue)
    {
        await using var nats = await StartAsync();

        var refused = (await RawNats.TalkAsync(nats, Connect + commands + "PING\r\n", pongs: 1)).Single(
            static line => line.StartsWith("-ERR", StringComparison.Ordinal));

        var refusal = NatsRefusal.Parse(refused["-ERR '".Length..^1]);
        Assert.NotNull(refusal);
        Assert.Equal((isSubscription, subject, queue), (refusal.IsSubscription, refusal.Subject, refusal.Queue));
    }

    /// <summary>ControlFaults.</summary>
    [Fact]
    public async Task A_server_without_room_for_a_connection_says_so()
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = "max_connections: 1" });
        await using var first = new NatsConnection(new NatsOpts { Url = nats.Url });
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await first.ConnectAsync();
                    return true;
                }
                catch (NatsException)
                {
                    // The connection that showed that the server is ready may still count.
                    return false;
                }
            },
            "the one connection that there is room for");

        // Nothing is sent: what the server has not read would reset the connection before its last words are read.
        Assert.Contains(await RawNats.TalkAsync(nats, "", pongs: 1), static line => NatsErrors.Has(line, NatsErrors.TooManyConnections));
    }

    /// <summary>JetStreamBus (its inbox is not below the connection's), SharedConnection (inbox that is refused).</summary>
    [Fact]
    public async Task The_library_subscribes_to_one_inbox_for_each_connection_and_to_nothing_below_it()
    {
        var port = FreePort.Take();
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = $"http: \"127.0.0.1:{port}\"" });
        await using var connection = new NatsConnection(new NatsOpts { Url = nats.Url });
        await connection.ConnectAsync();
        await using var below = await connection.SubscribeCoreAsync<string>(connection.NewInbox());
        await using var beside = await connection.SubscribeCoreAsync<string>("_INBOX.beside.*");
        await connection.PingAsync();

        using var client = new HttpClient();
        using var report = JsonDocument.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/connz?subs=1")));
        var subjects = report.RootElement.GetProperty("connections")[0]
            .GetProperty("subscriptions_list").EnumerateArray().Select(static one => one.GetString()!).ToList();

        Assert.Equal(2, subjects.Count);
        Assert.Contains("_INBOX.beside.*", subjects);
        Assert.Contains(subjects, static subject => subject.StartsWith("_INBOX.", StringComparison.Ordinal) && subject.EndsWith(
            ".*", StringComparison.Ordinal));
    }

    /// <summary>OrderedConnection, ServerSockets.</summary>
    [Fact]
    public async Task A_connection_that_is_refused_its_next_socket_does_not_come_back()
    {
        await using var nats = await NatsServer.StartAsync();
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var connection = new OrderedConnection(
            new NatsOpts { Url = nats.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(50),
                ReconnectWaitMax = TimeSpan.FromMilliseconds(50) },
            new NatsServers(nats.Url),
            static (_, _) => { },
            static _ => { },
            _ => lost.TrySetResult(),
            TimeProvider.System);
        await connection.ConnectAsync();
        nats.Kill();
        await lost.Task.WaitAsync(Patience.Long);
        await nats.RestartAsync();
        connection.Connection.ReconnectFailed += (_, _) =>
        {
            failed.TrySetResult();
            return default;
        };

        await failed.Task.WaitAsync(Patience.Long);
        Assert.NotEqual(NatsConnectionState.Open, connection.Connection.ConnectionState);
    }

    /// <summary>NatsErrors, PublishFaults.</summary>
    [Theory]
    [InlineData("maximum messages")]
    [InlineData("maximum bytes")]
    [InlineData("per subject")]
    [InlineData("message size")]
    public async Task A_stream_says_which_of_its_limits_refuses_a_message(string words)
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        await using var connection = new NatsConnection(new NatsOpts { Url = nats.Url });
        var streams = new NatsJSContext(connection);
        var config = new StreamConfig("S", ["s"]) { Discard = StreamConfigDiscard.New };
        await streams.CreateStreamAsync(words switch
        {
            NatsErrors.TooManyMessages => config with { MaxMsgs = 1 },
            NatsErrors.TooManyBytes => config with { MaxBytes = 100 },
            NatsErrors.FullForSubject => config with { MaxMsgsPerSubject = 1, DiscardNewPerSubject = true },
            NatsErrors.MessageTooLarge => config with { MaxMsgSize = 10 },
            _ => throw new ArgumentOutOfRangeException(nameof(words)),
        });

        await streams.PublishAsync("s", "first");
        var answer = await streams.PublishAsync("s", new string('x', 50));
        if (words is NatsErrors.TooManyBytes && connection.ServerInfo!.Version.StartsWith("2.9.", StringComparison.Ordinal))
        {
            // Drops its oldest message, whatever the policy.
            Assert.Null(answer.Error);
            return;
        }

        Assert.NotNull(answer.Error);
        Assert.True(NatsErrors.Has(answer.Error.Description ?? "", words), answer.Error.Description);
    }

    /// <summary>NatsErrors, StreamProblem.</summary>
    [Fact]
    public async Task JetStream_says_with_its_codes_what_is_wrong_with_a_consumer()
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        await using var connection = new NatsConnection(new NatsOpts { Url = nats.Url });
        var streams = new NatsJSContext(connection);
        await streams.CreateStreamAsync(new StreamConfig("W", ["w"]) { Retention = StreamConfigRetention.Workqueue });
        await streams.CreateStreamAsync(new StreamConfig("L", ["l"]) { MaxConsumers = 1 });
        await streams.CreateConsumerAsync("L", new ConsumerConfig("one"));

        Assert.Equal(NatsErrors.StreamNotFound, await CodeAsync("N", new ConsumerConfig("one")));
        Assert.Equal(NatsErrors.TooManyConsumers, await CodeAsync("L", new ConsumerConfig("two")));
        Assert.Equal(NatsErrors.WorkQueueDeliversAll, await CodeAsync(
            "W", new ConsumerConfig("one") { DeliverPolicy = ConsumerConfigDeliverPolicy.New }));
        Assert.Equal(0, await CodeAsync("W", new ConsumerConfig("one") { FilterSubject = "w" }));
        Assert.Contains(await CodeAsync("W", new ConsumerConfig("two") { FilterSubject = "w" }), new[]
            { NatsErrors.WorkQueueHasConsumer, NatsErrors.WorkQueueConsumersOverlap });

        async Task<int> CodeAsync(string stream, ConsumerConfig consumer)
        {
            try
            {
                await streams.CreateConsumerAsync(stream, consumer);
                return 0;
            }
            catch (NatsJSApiException e)
            {
                return e.Error.ErrCode;
            }
        }
    }

    /// <summary>NatsProblem.</summary>
    [Fact]
    public async Task The_library_names_the_servers_that_it_cannot_connect_to()
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = $"nats://127.0.0.1:{FreePort.Take()}" });

        var failure = await Assert.ThrowsAnyAsync<NatsException>(() => connection.ConnectAsync().AsTask());

        Assert.StartsWith(NatsErrors.NoServer, failure.Message, StringComparison.Ordinal);
    }

    private static Task<NatsServer> StartAsync() => NatsServer.StartAsync(new NatsServerOptions
    {
        ConfigText = """
            max_subscriptions: 2
            authorization { users: [
              { user: node, password: secret, permissions: { publish: { deny: "denied" }, subscribe: { deny: "denied" } } } ] }
            """,
    });

    /// <summary>Sends commands and reads the answers, without INFO, up to the last PONG or the end.</summary>
}
