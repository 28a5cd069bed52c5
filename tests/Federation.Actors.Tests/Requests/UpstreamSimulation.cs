using Federation.Actors.Requests;

namespace Federation.Actors.Tests.Requests;

/// <summary>A queue of 10,000 messages between a sender that obeys and a bus, in steps of a tenth of a second.</summary>
/// <param name="takes">Messages a second that the bus takes at a time.</param>
internal sealed class UpstreamSimulation(Func<double, double> takes)
{
    private const double Capacity = 10_000;
    private const double UpperMark = 0.8;
    private const int Steps = 10;

    private readonly UpstreamRate _rate = new();
    private readonly List<UpstreamSecond> _seconds = [];
    private double _held;
    private double _taken;
    private double _takenAtLook;
    private double _look;

    /// <summary>Messages a second that the sender has.</summary>
    public Func<double, double> Wants { get; init; } = static _ => 50_000;

    public IReadOnlyList<UpstreamSecond> Seconds => _seconds;

    public void Run(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _seconds.Add(Second(_seconds.Count));
        }
    }

    /// <summary>Nothing is lost, and the bus gets at least three quarters of what it would take.</summary>
    public void ExpectHealthy(int from, int to, double capacity)
    {
        var span = _seconds.Skip(from).Take(to - from).ToList();
        Assert.Equal(to - from, span.Count);
        Assert.All(span, static second => Assert.Equal(0, second.Dropped));
        Assert.InRange(span.Average(static second => second.Taken), 0.75 * capacity, capacity + 0.001);
    }

    private UpstreamSecond Second(int start)
    {
        var before = _taken;
        var dropped = 0.0;
        for (var step = 0; step < Steps; step++)
        {
            var time = start + (step / (double)Steps);
            var arrived = _held + (Math.Min(Wants(time), _rate.Limit ?? double.MaxValue) / Steps);
            var taken = Math.Min(arrived, takes(time) / Steps);
            _taken += taken;
            _held = Math.Min(arrived - taken, Capacity);
            dropped += arrived - taken - _held;
            if (_held >= UpperMark * Capacity && _rate.Limit is null)
            {
                _rate.OnSlow(Rate(time + (1.0 / Steps)));
            }
        }

        _rate.OnSecond(_held / Capacity, Rate(start + 1));
        return new UpstreamSecond(_rate.Limit, _taken - before, dropped);
    }

    private double Rate(double now)
    {
        var rate = now > _look ? (_taken - _takenAtLook) / (now - _look) : 0;
        (_look, _takenAtLook) = (now, _taken);
        return rate;
    }
}
