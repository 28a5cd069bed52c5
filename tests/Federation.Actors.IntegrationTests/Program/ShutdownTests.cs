using System.Net.WebSockets;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>How the program ends.</summary>
public sealed class ShutdownTests
{
    [Theory]
    [InlineData(15)]
    [InlineData(2)]
    public async Task A_signal_publishes_and_answers_what_was_received_and_ends_with_0(int signal)
    {
        await using var nats = await NatsServer.StartAsync();
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "edge");
        await sender.SendAsync(2_000);

        node.Signal(signal == 2 ? ProcessSignal.Interrupt : ProcessSignal.Terminate);

        Assert.Equal(0, await node.ExitedAsync());
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await sender.ClosedWithAsync());
        await Eventually.TrueAsync(
            () => sender.NumbersIn(subscriber.Payloads).Count() >= sender.Acked.Count, "every acked message at the subscriber");
        Assert.Equal(Enumerable.Range(0, sender.Acked.Count), sender.Acked);
        Assert.Equal(sender.Acked, sender.NumbersIn(subscriber.Payloads).Take(sender.Acked.Count));
    }

    [Fact]
    public async Task A_clean_shutdown_logs_no_dead_letter()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url),
            "--set", "akka.log-dead-letters=on", "--set", "akka.log-dead-letters-during-shutdown=on",
            "--set", "federation.components.hub-link={mode=client,client.url=\"ws://127.0.0.1:1/\",ports.inputs=[{name=a,subject=a.b}]}");
        await node.SaysAsync("is connected to NATS");
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "edge");
        await sender.SendAsync(100);
        await sender.AllAnsweredAsync();

        node.Signal(ProcessSignal.Terminate);

        Assert.Equal(0, await node.ExitedAsync());
        // Akka.NET cannot recall a timer's message that is in the mailbox when its actor stops, and logs it whatever its type.
        Assert.DoesNotContain(node.Output, static line => line.Contains("dead letter", StringComparison.OrdinalIgnoreCase)
            && !line.Contains("TimerMsg]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_published_in_time_is_counted_and_the_program_ends_with_1()
    {
        var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), "--set", "federation.shutdown_timeout=1s");
        await nats.DisposeAsync();
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "edge");
        await sender.SendAsync(25);
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            async () => (await http.GetStringAsync(new Uri(node.Admin, "metrics")))
                .Contains("websocket_input_in_flight{component=\"edge-in\"} 25", StringComparison.Ordinal), "25 held");

        node.Signal(ProcessSignal.Terminate);

        Assert.Equal(1, await node.ExitedAsync());
        Assert.Contains(node.Errors, line => line.StartsWith("25 messages could not be published", StringComparison.Ordinal));
        await sender.AllAnsweredAsync();
        Assert.All(sender.Reasons, reason => Assert.Equal("shutting_down", reason));
        Assert.Equal(25, sender.Nacked.Count);
    }

    [Fact]
    public async Task A_second_interrupt_ends_the_program_at_once()
    {
        var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(
            FederationProcess.Configuration(nats.Url), "--set", "federation.shutdown_timeout=10m");
        await nats.DisposeAsync();
        await using var sender = await NumberedSender.ConnectAsync(node.Url, "edge");
        await sender.SendAsync(5);
        node.Signal(ProcessSignal.Interrupt);
        await node.SaysAsync("press Ctrl-C again");

        node.Signal(ProcessSignal.Interrupt);

        Assert.Equal(1, await node.ExitedAsync());
        Assert.Contains(node.Errors, line => line.StartsWith("Stopped immediately", StringComparison.Ordinal));
    }
}
