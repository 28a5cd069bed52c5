namespace Federation.Actors.Sockets.Server;

/// <summary>Admits a number of handshakes a second, and gives each refused one a time to return.</summary>
/// <remarks>A token bucket for one second, and behind it a schedule: a refused peer gets the next free slot, so that punctual peers find
/// a token each. Nothing is reserved: a peer without a slot may take a token too. Thread-safe.</remarks>
internal sealed class UpgradeLimit(int perSecond, TimeProvider time)
{
    /// <summary>The default of <c>client.reconnect.max_interval</c>, beyond which no peer waits: its slot would stay unused. Beyond it
    /// peers are spread evenly over this time.</summary>
    internal static readonly TimeSpan Horizon = TimeSpan.FromSeconds(60);

    /// <summary>Steps of the golden ratio fill an interval evenly, however many there are.</summary>
    private const double Step = 0.6180339887498949;

    private readonly Lock _gate = new();
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1) / perSecond;
    private readonly long _start = time.GetTimestamp();
    private double _tokens = perSecond;
    private double _spread;
    private TimeSpan _filledAt;
    private TimeSpan _lastSlot;

    /// <returns>Null when admitted; otherwise the time to wait, more than 0.</returns>
    public TimeSpan? Take()
    {
        lock (_gate)
        {
            var now = time.GetElapsedTime(_start);
            _tokens = Math.Min(perSecond, _tokens + ((now - _filledAt) / _interval));
            _filledAt = now;
            if (_tokens >= 1)
            {
                _tokens--;
                return null;
            }

            var slot = (_lastSlot > now ? _lastSlot : now) + _interval;
            if (slot - now > Horizon)
            {
                _spread = (_spread + Step) % 1;
                return Horizon * _spread;
            }

            _lastSlot = slot;
            return slot - now;
        }
    }
}
