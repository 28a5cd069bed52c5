using System.Globalization;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Nats;

public sealed class InputBufferTests
{
    private readonly List<object> _told = [];

    [Fact]
    public void Batches_are_handed_over_in_order_and_no_more_than_there_are_credits()
    {
        var buffer = Buffer(new EgressSettings());
        Add(buffer, 1, 2);
        buffer.HandOver();
        Add(buffer, 3);
        buffer.HandOver();
        Add(buffer, 4, 5);
        buffer.HandOver();

        Assert.Equal(["1 2", "3"], Batches());
        _told.OfType<EgressBusProtocol.Received>().First().Credit.Return();

        Assert.Equal(["1 2", "3", "4 5"], Batches());
    }

    [Fact]
    public void What_is_handed_over_has_numbers_in_the_order_in_which_it_came()
    {
        var buffer = Buffer(new EgressSettings());
        Add(buffer, 7, 8, 9);
        buffer.HandOver();

        var batch = Assert.Single(_told.OfType<EgressBusProtocol.Received>());
        Assert.Equal([1, 2, 3], batch.Messages.Select(static message => message.Number));
    }

    [Fact]
    public void A_burst_of_queue_size_waits_without_a_loss_and_what_comes_behind_it_is_counted_as_overflow()
    {
        var buffer = Buffer(new EgressSettings { QueueSize = 5_000 });
        Use(buffer);
        Add(buffer, [.. Enumerable.Range(1, 5_003)]);
        _told.OfType<EgressBusProtocol.Received>().First().Credit.Return();

        Assert.Equal(3, _told.OfType<EgressBusProtocol.Overflowed>().Sum(static overflowed => overflowed.Count));
        Assert.Equal(5_000, _told.OfType<EgressBusProtocol.Received>().Last().Messages.Count);
    }

    [Fact]
    public void Queue_bytes_bounds_what_waits()
    {
        var buffer = Buffer(new EgressSettings { QueueSize = 5_000, QueueBytes = 4_000 });
        Use(buffer);
        Add(buffer, [.. Enumerable.Range(1_000, 1_005)]);
        _told.OfType<EgressBusProtocol.Received>().First().Credit.Return();

        Assert.Equal(5, _told.OfType<EgressBusProtocol.Overflowed>().Sum(static overflowed => overflowed.Count));
        Assert.Equal(1_000, _told.OfType<EgressBusProtocol.Received>().Last().Messages.Count);
    }

    private static void Add(InputBuffer buffer, params int[] payloads)
    {
        foreach (var payload in payloads)
        {
            buffer.Add("a", headers: null, System.Text.Encoding.ASCII.GetBytes(payload.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static string Text(OutboundMessage message) => System.Text.Encoding.ASCII.GetString(message.Payload.Span);

    private string[] Batches() =>
        [.. _told.OfType<EgressBusProtocol.Received>().Select(static batch => string.Join(' ', batch.Messages.Select(Text)))];

    /// <summary>Uses up the credits.</summary>
    private static void Use(InputBuffer buffer)
    {
        for (var credit = 0; credit < NatsEgressBus.Credits; credit++)
        {
            Add(buffer, 0);
            buffer.HandOver();
        }
    }

    private InputBuffer Buffer(EgressSettings settings) =>
        new("in", settings, new OutboundFactory("me", showsSubject: true), Tell, static _ => { });

    private void Tell(object message)
    {
        lock (_told)
        {
            _told.Add(message);
        }
    }
}
