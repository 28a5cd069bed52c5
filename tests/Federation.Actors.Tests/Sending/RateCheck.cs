namespace Federation.Actors.Tests.Sending;

/// <summary>Fails when more is sent within any stretch of time than the rates of that time allow.</summary>
internal sealed class RateCheck
{
    private readonly List<(TimeSpan At, double Earned, double Burst, int Sent)> _moments = [];
    private TimeSpan _last;
    private double? _rate;
    private double _earned;

    /// <summary>From now on this rate holds.</summary>
    public void Set(TimeSpan now, double? rate)
    {
        Earn(now);
        if (rate is null)
        {
            // Any number may go: what went before does not matter.
            _moments.Clear();
        }

        _rate = rate;
    }

    /// <summary>So many have gone now.</summary>
    public void Sent(TimeSpan now, int count)
    {
        Earn(now);
        if (_rate is not { } rate)
        {
            return;
        }

        _moments.Add((now, _earned, Math.Max(1, rate / 10), count));
        var (sum, burst) = (0, 1.0);
        for (var i = _moments.Count - 1; i >= 0; i--)
        {
            sum += _moments[i].Sent;
            burst = Math.Max(burst, _moments[i].Burst);
            var most = _earned - _moments[i].Earned + burst;
            Assert.True(sum <= most + 1e-6, $"{sum} since {_moments[i].At}, at most {most}");
        }
    }

    private void Earn(TimeSpan now)
    {
        _earned += (_rate ?? 0) * (now - _last).TotalSeconds;
        _last = now;
    }
}
