using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Settings;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Nats;

/// <summary>Finds the stream of one input of type <c>jetstream</c>, and checks regularly that it exists and has the subject.</summary>
/// <remarks>Also without peers, so that a faulty input is reported when the node starts. Thread-safe.</remarks>
internal sealed class InputStream
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A refused ack counts for this long, unless the server accepts a similar one before: the next may come only after
    /// <c>ack_wait</c>.</summary>
    private static readonly TimeSpan AckRefusalTime = TimeSpan.FromMinutes(1);

    private const string AckPrefix = "$JS.ACK.";

    private readonly NatsLink _link;
    private readonly NatsJSContext _streams;
    private readonly InputPortSettings _port;
    private const string ApiPrefix = "$JS.API.";

    private readonly string _consumers;

    // With a domain $JS.hub.API., for example. A server of that domain refuses it under the name above.
    private readonly string _api;
    private readonly InputFaults _faults;
    private readonly string _ackProbe = $"{Guid.NewGuid():N}.probe";
    private volatile string? _stream;
    private volatile Refusal? _refusal;
    private volatile Refusal? _ackRefusal;

    public InputStream(NatsLink link, NatsJSContext streams, InputPortSettings port, string component, InputFaults faults)
    {
        _link = link;
        _streams = streams;
        _port = port;
        _consumers = $".{component}={port.Name}";
        _api = streams.Opts.Prefix + ".";
        _faults = faults;
        link.Happened += Read;
    }

    /// <summary>Reports when the stream disappears or returns.</summary>
    /// <exception cref="StreamProblem">It cannot be used; reported.</exception>
    public async Task<INatsJSStream> FindAsync(CancellationToken cancel)
    {
        var start = Clock.System.Elapsed;
        try
        {
            var stream = await LookAsync(cancel);
            if (Complaint(stream.Info.Config) is { } complaint)
            {
                _faults.Add(Fault(complaint, ""));
            }
            else
            {
                _faults.Remove(_port.Name);
            }

            return stream;
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancel.IsCancellationRequested)
        {
            var problem = Problem(e, start);
            if (_link.IsOpen)
            {
                _faults.Add(Fault(problem, ""));
            }

            throw problem;
        }
    }

    /// <summary>Never fails.</summary>
    public async Task WatchAsync(CancellationToken stop)
    {
        var pause = Backoff.OfNats(Interval);
        try
        {
            await _link.Opened.WaitAsync(stop);
            while (true)
            {
                try
                {
                    var stream = await FindAsync(stop);
                    await ProbeAckAsync(stream.Info.Config.Name!, stop);
                    pause.Reset();
                    using var timer = new PeriodicTimer(Interval);
                    await timer.WaitForNextTickAsync(stop);
                }
                catch (Exception e) when (e is not OutOfMemoryException && !stop.IsCancellationRequested)
                {
                    // Told, or the connection is lost.
                    await pause.WaitAsync(stop);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The component ends or drains.
        }
    }

    public StreamProblem Problem(Exception error, TimeSpan start) =>
        StreamProblem.Of(error, _link.InboxRefusal ?? (_refusal is { } refusal && refusal.At >= start ? refusal.Text : null));

    public PortFault Fault(StreamProblem problem, string peer) => new(
        _port.Name, _port.Stream.Length > 0
            ? $"stream {_port.Stream}" : $"subject {_port.Subject}", peer, problem.Message, problem.Remedy, problem.NeedsChange);

    private void Read(LinkEvent happened)
    {
        if (happened is not LinkEvent.Refused { Refusal: var refused }
            || !(refused.IsSubscription ? _link.IsInbox(refused.Subject) : IsOwn(refused.Subject)))
        {
            return;
        }

        _faults.Note($"NATS reports: {refused.Text}");
        var refusal = new Refusal(refused.Text, Clock.System.Elapsed);
        if (refused.Subject.StartsWith(AckPrefix, StringComparison.Ordinal))
        {
            _ackRefusal = refusal;
        }
        else
        {
            _refusal = refusal;
        }
    }

    /// <summary>Other inputs use JetStream on the same connection. A subject with a consumer is ours when the consumer is; any other when
    /// it names our stream or none.</summary>
    private bool IsOwn(string subject)
    {
        var isApi = subject.StartsWith(ApiPrefix, StringComparison.Ordinal) || subject.StartsWith(_api, StringComparison.Ordinal);
        if (!isApi && !subject.StartsWith(AckPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        if (!subject.Contains('=', StringComparison.Ordinal))
        {
            return isApi && (_stream is not { } stream || subject.EndsWith(".NAMES", StringComparison.Ordinal) || subject.EndsWith(
                    $".{stream}", StringComparison.Ordinal));
        }

        var at = subject.IndexOf(_consumers, StringComparison.Ordinal) + _consumers.Length;
        return at >= _consumers.Length && (at == subject.Length || subject[at] is '=' or '.');
    }

    /// <summary>Acks have no answer. A granted permission shows only when a message like an ack is not refused.</summary>
    private async Task ProbeAckAsync(string stream, CancellationToken stop)
    {
        if (_ackRefusal is { } refusal && await _link.MayPublishAsync($"{AckPrefix}{stream}.{_ackProbe}", stop) && _ackRefusal == refusal)
        {
            _ackRefusal = null;
        }
    }

    private async Task<INatsJSStream> LookAsync(CancellationToken cancel)
    {
        _stream = _port.Stream.Length > 0 ? _port.Stream : await NameAsync(_streams, _port, cancel);
        return await _streams.GetStreamAsync(_stream, cancellationToken: cancel);
    }

    /// <summary>Finds the stream of an input that is not running.</summary>
    /// <returns>Its name.</returns>
    /// <exception cref="StreamProblem">It does not exist or does not suit the input.</exception>
    /// <exception cref="NATS.Client.Core.NatsException">The server does not answer, or has no JetStream.</exception>
    public static async Task<string> CheckAsync(NatsJSContext streams, InputPortSettings port, CancellationToken cancel)
    {
        var name = port.Stream.Length > 0 ? port.Stream : await NameAsync(streams, port, cancel);
        var stream = await streams.GetStreamAsync(name, cancellationToken: cancel);
        return Complaint(stream.Info.Config, port) is { } complaint ? throw complaint : name;
    }

    private static StreamProblem? Complaint(StreamConfig config, InputPortSettings port) =>
        HasOtherSubjects(config, port)
            ? new($"the stream {config.Name} does not have the subject {port.Subject}",
                "add the subject to the stream or correct the setting subject of the input", needsChange: true)
        : config.Retention == StreamConfigRetention.Workqueue && port.Deliver == DeliverPolicy.New
            ? new($"the stream {config.Name} is a work queue, which delivers all messages", "set deliver = all", needsChange: true)
        : null;

    /// <summary>The fault of an existing stream, whose consumers may still have messages.</summary>
    private StreamProblem? Complaint(StreamConfig config)
    {
        if (Complaint(config, _port) is { } complaint)
        {
            return complaint;
        }

        return _ackRefusal is { } refusal && Clock.System.Elapsed - refusal.At < AckRefusalTime
            ? new($"messages cannot be acked, NATS reports: {refusal.Text}",
                "allow the node's NATS user to publish to $JS.ACK.>", needsChange: true)
            : null;
    }

    private static async Task<string> NameAsync(NatsJSContext streams, InputPortSettings port, CancellationToken cancel)
    {
        var found = await StreamCheck.FindAsync(streams, port.Subject, cancel);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new StreamProblem($"the subject {port.Subject} is in no stream",
                "create a stream with it or correct the setting subject of the input", needsChange: true),
            _ => throw new StreamProblem(
                $"the subject {port.Subject} is in {string.Join(" and ", found)}", "set stream to one of them", needsChange: true),
        };
    }

    /// <summary>Mirrors, sources and transforms store subjects that a stream's configuration does not list.</summary>
    private static bool HasOtherSubjects(StreamConfig config, InputPortSettings port) =>
        config is { Mirror: null, SubjectTransform: null, Subjects: { Count: > 0 } subjects } && config.Sources is null or { Count: 0 }
        && SubjectPattern.TryParse(port.Subject, out var wanted) && !subjects.Any(subject => wanted.Overlaps(subject));

    private sealed record Refusal(string Text, TimeSpan At);
}
