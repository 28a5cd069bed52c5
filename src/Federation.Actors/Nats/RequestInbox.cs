using Federation.Actors.Settings;

namespace Federation.Actors.Nats;

/// <summary>The inbox of a connection's requests. Thread-safe.</summary>
/// <remarks>The client library subscribes to it once per connection. After a refusal, requests get no answer until the next connection,
/// which is made once the server accepts such a subscription.</remarks>
/// <param name="isAllowed">Whether the server accepts a subscription to an inbox.</param>
/// <param name="reconnect">Makes the next connection.</param>
internal sealed class RequestInbox(Func<Task<bool>> isAllowed, Func<Task> reconnect, Func<Backoff> pauses, CancellationToken stop)
{
    private readonly Lock _gate = new();
    private volatile string? _refusal;
    private bool _isMending;

    /// <summary>Null unless the server refused the inbox of the present connection.</summary>
    public string? Refusal => _refusal;

    public void Refuse(string text)
    {
        lock (_gate)
        {
            _refusal = text;
            if (_isMending)
            {
                return;
            }

            _isMending = true;
        }

        _ = Task.Run(MendAsync);
    }

    /// <summary>The connection is lost, and the refusal with it.</summary>
    public void Lose() => _refusal = null;

    private async Task MendAsync()
    {
        var pause = pauses();
        while (await pause.WaitAsync(stop))
        {
            lock (_gate)
            {
                if (_refusal is null)
                {
                    _isMending = false;
                    return;
                }
            }

            try
            {
                if (await isAllowed())
                {
                    await reconnect();
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The connection is away; the next check shows.
            }
        }
    }
}
