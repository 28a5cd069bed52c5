using Federation.Actors.Settings;

namespace Federation.Actors.Supervision;

/// <summary>Which server to dial next, after what pause, and whether at all.</summary>
/// <remarks>Pure, but for the random numbers it is given. Not thread-safe.</remarks>
/// <param name="settings">The servers, and how to come back.</param>
/// <param name="random">Where the jitter comes from.</param>
internal sealed class DialPlan(ClientSettings settings, Random random)
{
    private readonly IReadOnlyList<string> _servers = settings.Servers;
    private readonly Backoff _backoff = new(settings.Reconnect);
    private int _attempt;
    private int _server;

    /// <summary>The server to dial, or that is dialled.</summary>
    public Uri Current => new(_servers[_server % _servers.Count]);

    /// <summary>The server as it may be shown: a query can hold what is nobody's business.</summary>
    public string CurrentName => Current.GetLeftPart(UriPartial.Path);

    /// <summary>Attempts after the first since the last stable connection, with the one that is waited for.</summary>
    public int Attempt => _attempt;

    /// <summary>True when there have been attempts enough since the last stable connection.</summary>
    public bool IsExhausted => _backoff.IsExhausted(_attempt);

    /// <summary>The server could not be reached; the next one's turn.</summary>
    public void Failed() => _server++;

    /// <summary>The connection has ended: back to the first server after a stable one, else the next one's turn.</summary>
    /// <param name="stable">Whether it stayed open long enough for attempts to count from zero again.</param>
    public void Lost(bool stable)
    {
        if (stable)
        {
            StartOver();
        }
        else
        {
            _server++;
        }
    }

    /// <summary>The first server, and attempts from zero.</summary>
    public void StartOver()
    {
        _attempt = 0;
        _server = 0;
    }

    /// <summary>How long to wait before the next attempt, which counts from now on.</summary>
    /// <param name="asked">The wait that the server asks for (Retry-After); null when it does not.</param>
    public TimeSpan Pause(TimeSpan? asked = null) => _backoff.Delay(_attempt++, random.NextDouble(), asked);
}
