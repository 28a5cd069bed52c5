using Federation.Actors.Settings;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Federation.Actors.Nats;

/// <summary>
/// Looks at the stream of a port after the start, and for as long as it takes nothing: made again where that is asked for, it is back before a
/// message is nacked.
/// </summary>
/// <remarks>One look at a time.</remarks>
/// <param name="streams">JetStream.</param>
/// <param name="subject">The port's subject, with wildcards.</param>
/// <param name="stream">The port's stream.</param>
/// <param name="now">The time.</param>
/// <param name="report">Receives why the stream cannot take any message, and null when it can again.</param>
internal sealed class StreamWatch(
    NatsJSContext streams, string subject, StreamSettings stream, Func<TimeSpan> now, Action<(string Reason, string Remedy)?> report)
{
    private readonly Backoff _pause = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(32), jitter: 0);
    private TimeSpan _next;
    private bool _hasLooked;
    private bool _isUnusable;

    /// <summary>Looks, when it is time to.</summary>
    /// <param name="isCalm">Whether the stream takes what is published.</param>
    /// <param name="stop">Ends the look.</param>
    public async Task LookAsync(bool isCalm, CancellationToken stop)
    {
        if (now() < _next || (_hasLooked && !_isUnusable && isCalm))
        {
            return;
        }

        (string Reason, string Remedy)? problem = null;
        try
        {
            await StreamCheck.RunFullyAsync(streams, subject, stream, stop);
        }
        catch (StreamUnusableException e)
        {
            problem = e.Problem;
        }
        catch (NatsJSApiException e) when (e.Error.Code is >= 400 and < 500)
        {
            problem = ($"NATS refuses the stream: {e.Error.Description}", "correct the settings of the stream");
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // JetStream itself is away, which says nothing of the stream.
            problem = _isUnusable ? ("JetStream does not answer", "look at the servers") : null;
        }

        if (problem is null)
        {
            _pause.Reset();
        }

        _hasLooked = true;
        _next = now() + _pause.Next();
        if (_isUnusable != problem is not null)
        {
            _isUnusable = problem is not null;
            report(problem);
        }
    }
}
