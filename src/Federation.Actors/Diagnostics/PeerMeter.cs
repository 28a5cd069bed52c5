namespace Federation.Actors.Diagnostics;

/// <summary>What is counted of one connection, for whoever lists peers.</summary>
/// <remarks>
/// Each figure is written by one actor only, at most once a batch, and read by any thread: plain writes that are not torn.
/// <see cref="Sample"/> is for one reader. Times are those of the monotonic clock.
/// </remarks>
internal sealed class PeerMeter(string identity, string address)
{
    /// <summary>Least time between two looks that give a new rate.</summary>
    internal static readonly TimeSpan LeastSample = TimeSpan.FromSeconds(0.9);

    private long _received;
    private long _sent;
    private long _held;
    private long _slowAt;
    private double _rateCap;
    private byte[]? _capabilities;
    private string? _end;
    private Rates? _rates;

    public string Identity => identity;

    public string Address => address;

    /// <summary>When it connected; set by the component before the connection's actor starts.</summary>
    public TimeSpan Since { get; set; }

    /// <summary>Messages of the peer that were taken in.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Messages sent to the peer, repeats included.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Messages that wait for the peer, or are on their way to it and not acked.</summary>
    public long Held
    {
        get => Volatile.Read(ref _held);
        set => Volatile.Write(ref _held, value);
    }

    /// <summary>Messages a second that the peer may have; 0: any number.</summary>
    public double RateCap
    {
        get => Volatile.Read(ref _rateCap);
        set => Volatile.Write(ref _rateCap, value);
    }

    /// <summary>What it has announced, JSON; null: nothing.</summary>
    public byte[]? Capabilities
    {
        get => Volatile.Read(ref _capabilities);
        set => Volatile.Write(ref _capabilities, value);
    }

    /// <summary>Why the connection ends, for people; null while it is open. The first reason stays.</summary>
    public string? End
    {
        get => Volatile.Read(ref _end);
        set => Interlocked.CompareExchange(ref _end, value, null);
    }

    /// <summary>Messages a second received between the last two samples.</summary>
    public double RateIn => _rates?.In.Current ?? 0;

    public double RateOut => _rates?.Out.Current ?? 0;

    public void AddReceived(int count) => Volatile.Write(ref _received, _received + count);

    public void AddSent(int count) => Volatile.Write(ref _sent, _sent + count);

    /// <summary>Either end has told the other to be slower.</summary>
    public void Slowed(TimeSpan now) => Volatile.Write(ref _slowAt, now.Ticks);

    /// <summary>Whether either end has told the other to be slower within this time.</summary>
    public bool IsSlow(TimeSpan now, TimeSpan within) => Volatile.Read(ref _slowAt) is not 0 and var at && now.Ticks - at < within.Ticks;

    /// <summary>Measures both rates since the last sample, or else since the peer connected.</summary>
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

    // Apart, since nobody lists most of many peers.
    private sealed record Rates(RateMeter In, RateMeter Out);
}
