using Federation.Actors.Settings;

namespace Federation.Actors.Supervision;

/// <summary>Which server to dial next, after what pause, and whether at all. Not thread-safe.</summary>
/// <param name="settings">The servers, and the limits of the attempts.</param>
/// <param name="random">The source of the jitter.</param>
internal sealed class DialPlan(ClientSettings settings, Random random)
{
    private readonly IReadOnlyList<string> _servers = settings.Servers;
    private readonly Backoff _backoff = new(settings.Reconnect);
    private int _server;

    /// <summary>The server to dial, or that is dialled.</summary>
    public Uri Current => new(_servers[_server % _servers.Count]);

    /// <summary>The server without its query, which can hold secrets.</summary>
    public string CurrentName => Current.GetLeftPart(UriPartial.Path);

    /// <summary>Attempts after the first since the last stable connection, including the one that is waited for.</summary>
    public int Attempt { get; private set; }

    /// <summary>True when there have been attempts enough since the last stable connection.</summary>
    public bool IsExhausted => _backoff.IsExhausted(Attempt);

    /// <summary>The server could not be reached; the next one is dialled.</summary>
    public void Failed() => _server++;

    /// <summary>
    /// The connection has ended. After a stable one the first server is dialled, and attempts count from zero; otherwise the next server.
    /// </summary>
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
    public void StartOver() => (Attempt, _server) = (0, 0);

    /// <summary>How long to wait before the next attempt, which counts from now on.</summary>
    /// <param name="asked">The wait that the server asks for (Retry-After); null when it does not.</param>
    public TimeSpan Pause(TimeSpan? asked = null) => _backoff.Delay(Attempt++, random.NextDouble(), asked);
}
