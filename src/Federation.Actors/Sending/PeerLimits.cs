using Federation.Actors.Protocol;
using Federation.Actors.Security;

namespace Federation.Actors.Sending;

/// <summary>The rate and the filter of one peer. Not thread-safe.</summary>
/// <remarks>The lowest of four rates applies: the component's, the requested, the announced, and the one that slow signals led
/// to.</remarks>
internal sealed class PeerLimits(EgressSettings settings)
{
    private readonly double? _configured = settings.MaxRate > 0 ? settings.MaxRate : null;
    private readonly RateCap _cap = new(settings.MaxRate > 0 ? settings.MaxRate : null);
    private readonly AdaptiveRate _adaptive = new(settings.MinRate);
    private double? _requested;
    private double? _announced;
    private MessageFilter _types = MessageFilter.All;

    public MessageFilter Filter { get; set; } = MessageFilter.All;

    /// <summary>Of the present connection; null: the peer may receive everything.</summary>
    public PeerPermissions? Permissions { get; set; }

    /// <summary>Messages per second as of the last <see cref="Adjust"/>; null: no limit.</summary>
    public double? Rate => _cap.Rate;

    /// <summary>Clears the requests of the last connection. Slow signals still count.</summary>
    public void Reset()
    {
        (_requested, _announced) = (null, null);
        (Filter, _types) = (MessageFilter.All, MessageFilter.All);
    }

    public void Slow(TimeSpan now, double rate) => _adaptive.OnSlow(now, rate);

    /// <summary>0 pauses, null lifts.</summary>
    /// <returns>The rate that applies now.</returns>
    public double? Request(double? rate, TimeSpan now)
    {
        _requested = rate;
        Adjust(now);
        return Rate;
    }

    public void Announce(double? rate, MessageFilter types, TimeSpan now)
    {
        _announced = rate;
        _types = types;
        Adjust(now);
    }

    public void Adjust(TimeSpan now)
    {
        var rate = RateCap.Lowest(_configured, _requested, _announced, _adaptive.Limit(now));
        if (rate != _cap.Rate)
        {
            _cap.Change(rate, now);
        }
    }

    /// <summary>Counts a message as sent if it may be sent now.</summary>
    public bool TryTake(TimeSpan now) => _cap.Take(1, now) > 0;

    public TimeSpan? NextAt(TimeSpan now) => _cap.NextAt(now);

    public bool Wants(OutboundMessage message) =>
        Passes(Filter, message) && Passes(_types, message) && Permissions?.MayReceive(message.Subject) != false;

    private static bool Passes(MessageFilter filter, OutboundMessage message) =>
        filter.PassesAll || filter.Match(message.Subject, message.Payload.Span);
}
