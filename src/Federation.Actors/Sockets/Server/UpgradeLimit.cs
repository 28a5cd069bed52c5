namespace Federation.Actors.Sockets.Server;

/// <summary>Admits a number of handshakes a second, and gives each of the others a time to come back.</summary>
/// <remarks>
/// A token bucket that holds one second's tokens, and behind it a schedule: a refused peer gets the next free slot, so that peers that come
/// back when they were told to find a token each. Nothing is reserved: a peer without a slot takes a token as well. Thread-safe.
/// </remarks>
internal sealed class UpgradeLimit(int perSecond, TimeProvider time)
{
    /// <summary>
    /// How far ahead slots are given: the default of <c>client.reconnect.max_interval</c>, beyond which no peer waits. A slot that its peer
    /// cannot wait for would stay unused, so beyond it peers are spread evenly over this time.
    /// </summary>
    internal static readonly TimeSpan Horizon = TimeSpan.FromSeconds(60);

    /// <summary>Steps of this part of a whole fill an interval evenly, however many there are (the golden ratio).</summary>
    private const double Step = 0.6180339887498949;

    private readonly Lock _gate = new();
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1) / perSecond;
    private readonly long _start = time.GetTimestamp();
    private double _tokens = perSecond;
    private double _spread;
    private TimeSpan _filledAt;
    private TimeSpan _lastSlot;

    /// <returns>Null when there was one; otherwise the time after which to come back, more than 0.</returns>
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
