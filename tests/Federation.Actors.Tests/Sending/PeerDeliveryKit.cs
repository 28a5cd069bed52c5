using System.Text;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

/// <summary>What one peer is owed, with its counts. Times are in seconds.</summary>
internal sealed class PeerDeliveryKit
{
    private static readonly string[] Reasons =
    [
        DropReason.SlowPeer, DropReason.PeerAway, DropReason.Filtered, DropReason.Echo, DropReason.Loop,
        DropReason.TooLarge, DropReason.NotPermitted, DropReason.MaxDeliver, DropReason.PeerGone,
        DropReason.NoPeer, DropReason.ShuttingDown, DropReason.ConnectionLost,
    ];

    public PeerDeliveryKit(EgressSettings settings)
    {
        Delivery = new PeerDelivery(settings, Metrics, dead =>
        {
            Dead.Add(dead);
            dead.Message.Done();
        });
    }

    public OutputMetrics Metrics { get; } = new(new FederationMetrics().Of("out"));

    public List<DeadMessage> Dead { get; } = [];

    public PeerDelivery Delivery { get; }

    /// <summary>One that has a connection.</summary>
    public static PeerDeliveryKit Connected(EgressSettings? settings = null)
    {
        var kit = new PeerDeliveryKit(settings ?? new EgressSettings());
        kit.Delivery.Connect("edge");
        return kit;
    }

    public CountedMessage Offer(CountedMessage message)
    {
        Delivery.Offer(message);
        return message;
    }

    /// <summary>The ids of what is to be sent now.</summary>
    public string Take(double now) => string.Join(' ', Outbound.Ids(Delivery.Take(TimeSpan.FromSeconds(now))));

    public bool Ack(string id) => Delivery.Ack(Encoding.UTF8.GetBytes(id));

    public bool Nack(string id, string reason, double now) => Delivery.Nack(Encoding.UTF8.GetBytes(id), reason, TimeSpan.FromSeconds(now));

    public double? NextAt(double now) => Delivery.NextAt(TimeSpan.FromSeconds(now))?.TotalSeconds;

    public double Dropped(string reason) => Metrics.Dropped(reason).Value;

    /// <summary>Every message has ended once, or is held.</summary>
    public void AssertConserved()
    {
        Assert.Equal(Metrics.Taken.Value, Metrics.Delivered.Value + Reasons.Sum(Dropped) + Metrics.Returned.Value + Metrics.Held.Value);
        Assert.Equal(Delivery.Held, Metrics.Held.Value);
        Assert.Equal(Delivery.InFlight, Metrics.InFlight.Value);
    }
}
