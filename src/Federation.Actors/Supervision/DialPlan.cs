using Federation.Actors.Settings;

namespace Federation.Actors.Supervision;

/// <summary>The next server to dial and the pause before. Not thread-safe.</summary>
internal sealed class DialPlan(ClientSettings settings, Random random)
{
    private readonly IReadOnlyList<string> _servers = settings.Servers;
    private readonly Backoff _backoff = new(settings.Reconnect);
    private int _server;

    public Uri Current => new(_servers[_server % _servers.Count]);

    /// <summary>Without the query, which may contain secrets.</summary>
    public string CurrentName => Current.GetLeftPart(UriPartial.Path);

    /// <summary>Attempts after the first since the last stable connection, including the scheduled one.</summary>
    public int Attempt { get; private set; }

    public bool IsExhausted => _backoff.IsExhausted(Attempt);

    public void Failed() => _server++;

    /// <summary>After a stable connection, starts with the first server and attempt 0; otherwise dials the next server.</summary>
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

    public void StartOver() => (Attempt, _server) = (0, 0);

    /// <summary>The pause before the next attempt, which is counted.</summary>
    /// <param name="asked">The server's Retry-After, or null.</param>
    public TimeSpan Pause(TimeSpan? asked = null) => _backoff.Delay(Attempt++, random.NextDouble(), asked);
}
