using Federation.Actors.Protocol;
using Federation.Actors.Settings;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Nats;

/// <summary>Checks that a subject is in a stream before the first message is published to it.</summary>
internal static class StreamCheck
{
    /// <summary>Creates a missing stream where the settings allow it.</summary>
    /// <exception cref="StreamProblem">The subject is in no stream, or not in the configured one.</exception>
    /// <exception cref="NatsException">The server does not answer, or has no JetStream.</exception>
    public static async Task<string> RunAsync(NatsJSContext context, string subject, StreamSettings stream, CancellationToken cancel)
    {
        if (stream.Name.Length > 0 && stream.Create && !await ExistsAsync(context, stream.Name, cancel))
        {
            await context.CreateStreamAsync(Configuration(stream, subject), cancel);
        }

        var found = await FindAsync(context, subject, cancel);
        if (found.Count == 0)
        {
            throw new StreamProblem(
                $"the subject {subject} is in no stream",
                stream.Name.Length > 0 ? $"create the stream {stream.Name} with it, or set create = true"
                    : "create a stream, or set stream.name and create = true",
                needsChange: true);
        }

        if (stream.Name.Length > 0 && !found.Contains(stream.Name, StringComparer.Ordinal))
        {
            throw new StreamProblem(
                $"the subject {subject} is not in the stream {stream.Name} but in {string.Join(", ", found)}",
                "configure that stream, or move the subject", needsChange: true);
        }

        return stream.Name.Length > 0 ? stream.Name : found[0];
    }

    /// <summary>The streams that store a subject, or part of one with wildcards.</summary>
    /// <exception cref="NatsException">The server does not answer, or has no JetStream.</exception>
    public static async Task<IReadOnlyList<string>> FindAsync(NatsJSContext context, string subject, CancellationToken cancel)
    {
        var found = new List<string>();
        await foreach (var name in context.ListStreamNamesAsync(subject, cancel))
        {
            found.Add(name);
        }

        return found;
    }

    /// <summary>As <see cref="RunAsync"/>, and checks the stream itself.</summary>
    /// <exception cref="StreamProblem">As there; or the stream never acks.</exception>
    /// <exception cref="NatsException">The server does not answer, or has no JetStream.</exception>
    public static async Task RunFullyAsync(NatsJSContext context, string subject, StreamSettings stream, CancellationToken cancel)
    {
        var name = await RunAsync(context, subject, stream, cancel);
        var found = await context.GetStreamAsync(name, cancellationToken: cancel);
        if (found.Info.Config.NoAck)
        {
            throw new StreamProblem($"the stream {name} has no_ack, so it never confirms messages",
                "set no_ack of the stream to false", needsChange: true);
        }
    }

    internal static async Task<bool> ExistsAsync(NatsJSContext context, string name, CancellationToken cancel)
    {
        try
        {
            await context.GetStreamAsync(name, cancellationToken: cancel);
            return true;
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            return false;
        }
    }

    private static StreamConfig Configuration(StreamSettings stream, string subject) => new()
    {
        Name = stream.Name,
        Subjects = stream.Subjects.Count > 0 ? [.. stream.Subjects] : [subject],
        Storage = stream.Storage == StreamStorage.File ? StreamConfigStorage.File : StreamConfigStorage.Memory,
        MaxBytes = stream.MaxBytes > 0 ? stream.MaxBytes : -1,
        MaxAge = stream.MaxAge,
        NumReplicas = stream.Replicas,
        DuplicateWindow = stream.DuplicateWindow,
        Discard = StreamConfigDiscard.New,
    };
}

/// <summary>Checks the stream of a port after the start, and while it stores nothing. Where the settings allow it, a missing stream is
/// created before a message is nacked.</summary>
/// <remarks>One check at a time.</remarks>
/// <param name="report">Receives the reason why the stream cannot store any message, and null when it can again.</param>
internal sealed class StreamWatch(
    NatsJSContext streams, string subject, StreamSettings stream, Func<TimeSpan> now, Action<(string Reason, string Remedy)?> report)
{
    /// <summary>JetStream answers within milliseconds, or not before its servers have elected a leader.</summary>
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(1);

    private readonly Backoff _pause = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(32), jitter: 0);
    private TimeSpan _next;
    private bool _hasLooked;
    private bool _isUnusable;

    /// <summary>The first check, before anything is published.</summary>
    /// <exception cref="StreamProblem">The stream cannot be used; reported.</exception>
    public async Task StartAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LongestCheck);
        try
        {
            await StreamCheck.RunAsync(streams, subject, stream, limit.Token);
        }
        catch (StreamProblem e)
        {
            report((e.Message, e.Remedy));
            throw;
        }
        catch (Exception e) when (
            !stop.IsCancellationRequested && e is OperationCanceledException or NatsJSApiException { Error.ErrCode: NatsErrors.NoLeader })
        {
            // JetStream has no leader just now. Messages are tried until it has one, and the stream is looked at again meanwhile.
        }
    }

    /// <summary>The subjects that are in no stream. Fewer while JetStream or the port's stream is away.</summary>
    public async Task<IReadOnlyList<string>> FindUntakenAsync(IReadOnlyList<string> subjects, CancellationToken stop)
    {
        var untaken = new List<string>();
        if (subjects.Count == 0)
        {
            return untaken;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LongestCheck);
        try
        {
            await StreamCheck.RunAsync(streams, subject, stream, limit.Token);
            foreach (var one in subjects)
            {
                if ((await StreamCheck.FindAsync(streams, one, limit.Token)).Count == 0)
                {
                    untaken.Add(one);
                }
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested && e is NatsException or OperationCanceledException or StreamProblem)
        {
            // JetStream or the port's stream is away.
        }

        return untaken;
    }

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
        catch (StreamProblem e)
        {
            problem = (e.Message, e.Remedy);
        }
        catch (NatsJSApiException e) when (e.Error.Code is >= 400 and < 500)
        {
            problem = ($"NATS refuses the stream: {e.Error.Description}", "correct the settings of the stream");
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // JetStream itself is away, which says nothing of the stream.
            problem = _isUnusable ? ("JetStream does not answer", "check the servers") : null;
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
