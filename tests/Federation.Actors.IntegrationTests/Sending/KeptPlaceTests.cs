using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>What a stream keeps for a peer that is away, for how long, and what it does not keep.</summary>
[Trait("Servers", "All")]
public sealed class KeptPlaceTests : IAsyncLifetime
{
    private const string One = "out=events=one";

    private NatsServer _nats = null!;
    private EventStream _stream = null!;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        _stream = await EventStream.OpenAsync(_nats.Url, creates: false);
    }

    public async Task DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _nats.DisposeAsync();
    }

    [Fact]
    public async Task What_the_limits_of_the_stream_removed_meanwhile_is_counted_as_skipped()
    {
        await _stream.CreateAsync(static config => config with { MaxMsgs = 10 });
        await using var node = await SendingNode.StartAsync(_nats.Url, SendingNode.Stream);
        await using (await ReceivingPeer.ConnectAsync(node.Url, "one"))
        {
            await _stream.ConsumersAsync(1);
        }

        await Eventually.TrueAsync(async () => await _stream.ConsumerAsync(One) is { NumWaiting: 0 }, "not read from any more");
        await _stream.AddAsync(100);
        await using var again = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await again.CountAsync(10);

        Assert.Equal(Enumerable.Range(90, 10), again.Numbers);
        Assert.Equal(90, await node.OutputMetricAsync("messages_dropped_total", "reason=\"skipped\""));
    }

    [Fact]
    public async Task A_durable_consumer_gets_the_expiry_of_the_settings_whenever_its_peer_connects()
    {
        await _stream.CreateAsync();
        foreach (var expiry in new[] { TimeSpan.Zero, TimeSpan.FromDays(7), TimeSpan.FromHours(1), TimeSpan.Zero })
        {
            await using var node = await SendingNode.StartAsync(_nats.Url, SendingNode.Stream, egress => egress with { DurableExpiry = expiry });
            await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
            await _stream.AddAsync(1);
            await _stream.AllAckedAsync(One);

            await Eventually.TrueAsync(async () => (await _stream.ConsumerAsync(One))?.Config.InactiveThreshold == expiry, $"an expiry of {expiry}");
            var config = (await _stream.ConsumerAsync(One))!.Config;
            Assert.Contains("egress.durable_expiry", config.Description, StringComparison.Ordinal);
        }
    }
}
