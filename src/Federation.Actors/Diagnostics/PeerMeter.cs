namespace Federation.Actors.Diagnostics;

/// <summary>The numbers of one connection, for peer lists.</summary>
/// <remarks>Each number is written by one actor only, at most once a batch, and read by any thread: plain writes that are not torn. <see
/// cref="Sample"/> is for one reader. Times are monotonic.</remarks>
internal sealed class PeerMeter(string identity, string address)
{
    internal static readonly TimeSpan LeastSample = TimeSpan.FromSeconds(0.9);

    private long _received;
    private long _sent;
    private long _held;
    private long _slowAt;
    private long _throttledAt;
    private long _unackedSince = long.MaxValue;
    private double _rateCap;
    private byte[]? _capabilities;
    private string? _end;
    private Rates? _rates;

    public string Identity => identity;

    public string Address => address;

    /// <summary>What describes the peer, read when needed, since it may change. Set before the connection's actor starts; null: nothing.
    /// </summary>
    public IPeerTags? Described { get; set; }

    /// <summary>Set before the connection's actor starts.</summary>
    public TimeSpan Since { get; set; }

    public long Received => Volatile.Read(ref _received);

    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Messages that wait for the peer, or are in flight and not acked.</summary>
    public long Held
    {
        get => Volatile.Read(ref _held);
        set => Volatile.Write(ref _held, value);
    }

    /// <summary>When the oldest message on its way to the peer was first sent; null: none is on its way.</summary>
    public TimeSpan? UnackedSince
    {
        get => Volatile.Read(ref _unackedSince) is not long.MaxValue and var ticks ? TimeSpan.FromTicks(ticks) : null;
        set => Volatile.Write(ref _unackedSince, value?.Ticks ?? long.MaxValue);
    }

    /// <summary>Messages per second; 0: no limit.</summary>
    public double RateCap
    {
        get => Volatile.Read(ref _rateCap);
        set => Volatile.Write(ref _rateCap, value);
    }

    /// <summary>The peer's announcement, JSON, or null.</summary>
    public byte[]? Capabilities
    {
        get => Volatile.Read(ref _capabilities);
        set => Volatile.Write(ref _capabilities, value);
    }

    /// <summary>Why the connection ends, in words; null while it is open. The first reason stays.</summary>
    public string? End
    {
        get => Volatile.Read(ref _end);
        set => Interlocked.CompareExchange(ref _end, value, null);
    }

    /// <summary>Messages per second between the last two samples.</summary>
    public double RateIn => _rates?.In.Current ?? 0;

    public double RateOut => _rates?.Out.Current ?? 0;

    public void AddReceived(int count) => Volatile.Write(ref _received, _received + count);

    public void AddSent(int count) => Volatile.Write(ref _sent, _sent + count);

    public void Slowed(TimeSpan now) => Volatile.Write(ref _slowAt, now.Ticks);

    /// <summary>A slow signal was sent to the peer.</summary>
    public void Throttled(TimeSpan now) => Volatile.Write(ref _throttledAt, now.Ticks);

    /// <summary>Whether the peer has sent a slow signal within this time.</summary>
    public bool IsSlow(TimeSpan now, TimeSpan within) => IsWithin(Volatile.Read(ref _slowAt), now, within);

    /// <summary>Whether a slow signal was sent to the peer within this time.</summary>
    public bool IsThrottled(TimeSpan now, TimeSpan within) => IsWithin(Volatile.Read(ref _throttledAt), now, within);

    /// <summary>Measures both rates since the last sample, or since the peer connected.</summary>
    public void Sample(TimeSpan now)
    {
        var rates = _rates ?? new Rates(new RateMeter(Since), new RateMeter(Since));
        if (now - rates.In.At >= LeastSample)
        {
            rates.In.Sample(now, Received);
            rates.Out.Sample(now, Sent);
            _rates = rates;
        }
    }

    private static bool IsWithin(long at, TimeSpan now, TimeSpan within) => at != 0 && now.Ticks - at < within.Ticks;

    // Apart, since nobody lists most of many peers.
    private sealed record Rates(RateMeter In, RateMeter Out);
}

internal interface IPeerTags
{
    /// <summary>Null: none.</summary>
    IReadOnlyDictionary<string, string>? Tags { get; }
}
