using Federation.Actors.Diagnostics;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>An input whose stream or consumer cannot be used says so, and works again without a restart once the cause is gone.</summary>
[Trait("Servers", "All")]
public sealed class StreamFaultTests : StreamTestBase
{
    [Fact]
    public async Task A_missing_stream_is_told_also_without_a_peer_and_when_it_is_deleted_later()
    {
        await Stream.DeleteAsync();
        await using var node = await SendingNode.StartUnreadyAsync(Nats.Url, SendingNode.Stream);
        await FailsAsync(node, "port events (stream events) has failed: NATS reports: stream not found; create the stream", isReady: false);
        Assert.Equal("error", (await node.StateAsync()).Headline.Level);

        await Stream.CreateAsync();
        await WorksAsync(node);
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await Stream.AddAsync(5);
        await peer.CountAsync(5);
        await Stream.AllAckedAsync(One);

        await Stream.DeleteAsync();
        await FailsAsync(node, "stream not found", isReady: false);
        await Stream.CreateAsync();
        await Stream.AddAsync(5);
        await peer.CountAsync(10);
        await WorksAsync(node);
    }

    [Fact]
    public async Task A_subject_that_is_taken_out_of_the_stream_is_told()
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await Stream.AddAsync(3);
        await peer.CountAsync(3);

        await Stream.UpdateAsync(static config => config with { Subjects = ["others.>"] });
        await FailsAsync(node, "the stream events does not have the subject events.>; add the subject", isReady: false);

        await Stream.UpdateAsync(static config => config with { Subjects = ["events.>"] });
        await Stream.AddAsync(3);
        await peer.CountAsync(6);
        await WorksAsync(node);
    }

    [Fact]
    public async Task A_peer_for_which_no_consumer_may_be_made_is_told_and_served_when_another_is_gone()
    {
        await Stream.DeleteAsync();
        await Stream.CreateAsync(static config => config with { MaxConsumers = 1 });
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        var one = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await Stream.AddAsync(3);
        await one.CountAsync(3);
        await Stream.AllAckedAsync(One);

        await using var two = await ReceivingPeer.ConnectAsync(node.Url, "two");
        await FailsAsync(node, "has failed for two: NATS reports: maximum consumers limit reached; raise max_consumers", isReady: true);

        await one.DisposeAsync();
        await Stream.DeleteConsumerAsync((await Stream.ConsumersAsync()).Single());
        await two.CountAsync(3);
        await WorksAsync(node);
    }

    [Fact]
    public async Task A_work_queue_serves_one_peer_and_tells_of_the_other()
    {
        await Stream.DeleteAsync();
        await Stream.CreateAsync(static config => config with { Retention = StreamConfigRetention.Workqueue });
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        await using var one = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await Stream.AddAsync(3);
        await one.CountAsync(3);

        var two = await ReceivingPeer.ConnectAsync(node.Url, "two");
        await FailsAsync(node, "has failed for two: NATS reports: ", isReady: true);
        Assert.Contains("connect one peer only", (await node.HealthAsync()).Components["out"].Faults!.Single(), StringComparison.Ordinal);

        await two.DisposeAsync();
        await WorksAsync(node);
    }

    [Fact]
    public async Task A_durable_keeps_its_place_when_the_setting_deliver_changes()
    {
        await using (var before = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream))
        {
            await using var first = await ReceivingPeer.ConnectAsync(
                before.Url, "one", static envelope => envelope.Number < 5 ? envelope.Ack : null);
            await Stream.AddAsync(10);
            await first.CountAsync(10);
            await Stream.AckedToAsync(One, 5);
        }

        await Stream.AddAsync(10);
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream with { Deliver = DeliverPolicy.New });
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await peer.CountAsync(15);

        Assert.Equal(Enumerable.Range(5, 15), peer.Numbers.Distinct().Order());
        Assert.Null((await node.HealthAsync()).Components["out"].Faults);
    }

    [Theory]
    [InlineData("one")]
    [InlineData(null)]
    public async Task A_peer_that_gets_what_is_new_gets_all_of_a_stream_that_is_made_anew_while_it_is_connected(string? name)
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream with { Deliver = DeliverPolicy.New });
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, name);
        await Eventually.TrueAsync(async () => (await Stream.ConsumersAsync()).Count == 1, "a consumer");
        await Stream.AddAsync(3);
        await peer.CountAsync(3);

        await Stream.DeleteAsync();
        await Stream.CreateAsync();
        await Stream.AddAsync(3);
        await peer.CountAsync(6);
    }

    [Fact]
    public async Task A_consumer_that_is_deleted_on_the_server_is_made_again()
    {
        await using var node = await SendingNode.StartAsync(Nats.Url, SendingNode.Stream);
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await Stream.AddAsync(10);
        await peer.CountAsync(10);
        await Stream.AllAckedAsync(One);

        await Stream.DeleteConsumerAsync(One);
        await Stream.AddAsync(10);
        await peer.CountAsync(20);

        await WorksAsync(node);
    }

    private static async Task FailsAsync(TestNode node, string text, bool isReady)
    {
        var report = await node.WhenAsync(
            report => report.Ready == isReady && report.Components["out"].Faults is [var fault]
                && fault.Contains(text, StringComparison.Ordinal), $"ready {isReady}: {text}");
        Assert.Equal(1, await node.OutputMetricAsync("inputs_failing"));
        Assert.True(report.Healthy);
    }

    private static async Task WorksAsync(TestNode node)
    {
        await node.WhenAsync(static report => report.Ready && report.Components["out"].Faults is null, "ready without faults");
        await Eventually.TrueAsync(async () => await node.OutputMetricAsync("inputs_failing") == 0, "no input fails");
    }
}
