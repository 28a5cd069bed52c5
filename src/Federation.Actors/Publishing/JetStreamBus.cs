using System.Globalization;
using Akka.Actor;
using Federation.Actors.Settings;
using Federation.Actors.Wire;
using NATS.Client.Core;

namespace Federation.Actors.Publishing;

/// <summary>JetStream: a group is confirmed when the stream has said of each message that it is stored, or why not.</summary>
/// <remarks>
/// <para>What cannot be stored just now (no leader, no responders, no answer) is written again until <c>publish_timeout</c>, and nothing new is
/// written before it, so that the order is kept as far as a stream without a leader lets it be. A missing answer counts only when the
/// server has answered a PING sent after it was due, and it is still missing a while later: a frozen server is waited for, as a lost one is.</para>
/// <para>A group's memory is read until the group is confirmed or the bus abandoned.</para>
/// </remarks>
internal sealed class JetStreamBus : NatsBus
{
    /// <summary>Between two looks at what has no answer, and before something is written again.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly OutputPortSettings _output;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Lock _gate = new();
    private readonly GroupsUnderWay _groups;
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource? _trouble;
    private string _inbox = "";

    // The library holds it weakly, and unsubscribes what has been collected.
    private PubAckInbox? _answers;

    /// <param name="options">How to connect.</param>
    /// <param name="port">What to put on each message.</param>
    /// <param name="output">The stream, and how long to try.</param>
    /// <param name="time">The clock.</param>
    public JetStreamBus(NatsOpts options, BusPort port, OutputPortSettings output, TimeProvider time)
        : base(options, port)
    {
        _output = output;
        _time = time;
        _start = time.GetTimestamp();
        _groups = new GroupsUnderWay(last => Owner.Tell(new BusProtocol.Confirmed(this, last), ActorRefs.NoSender));
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <inheritdoc />
    public override ValueTask WriteAsync(PublishGroup group)
    {
        lock (_gate)
        {
            if (_trouble is { } trouble)
            {
                return WriteAfterAsync(trouble.Task, group);
            }

            _groups.Add(new StoringGroup(group, Now));
        }

        return base.WriteAsync(group);
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        lock (_gate)
        {
            _trouble?.TrySetCanceled();
        }

        await base.DisposeAsync();
    }

    /// <inheritdoc />
    protected override async Task PrepareAsync()
    {
        await StreamCheck.RunAsync(Connection, Port.Subject.Wildcard, _output.Stream, _stop.Token);

        // Not below the connection's own inbox: the library would take it for its replies and subscribe to nothing.
        _inbox = $"{Connection.Opts.InboxPrefix}.{Guid.NewGuid():N}";
        _answers = new PubAckInbox(Connection, _inbox, Answer);
        await Connection.AddSubAsync(_answers, _stop.Token);
        _ = WatchAsync();
    }

    /// <inheritdoc />
    protected override ValueTask Publish(PublishGroup group, int index, EnvelopeBatch batch, int at)
    {
        ref readonly var entry = ref batch[at];
        var payload = batch.Payload(entry);
        var headers = Headers.Of(batch.Peer, MessageId.Of(Port.Component, batch.Peer, batch.Id(entry)), out var bytes);
        if (TooLarge(payload.Length, bytes) is { } error)
        {
            Answer(group.Number, index, new PubAck(PubAckOutcome.Refused, error, NackReason.TooLarge));
            return default;
        }

        return Connection.PublishAsync(
            Port.Subject.Resolve(batch.Peer, payload.Span),
            payload,
            headers,
            string.Create(CultureInfo.InvariantCulture, $"{_inbox}.{group.Number}.{index}"),
            NatsRawSerializer<ReadOnlyMemory<byte>>.Default);
    }

    /// <inheritdoc />
    protected override void OnWritten(PublishGroup group)
    {
        // The answers confirm.
    }

    private async ValueTask WriteAfterAsync(Task calm, PublishGroup group)
    {
        await calm;
        await WriteAsync(group);
    }

    private void Answer(long number, int index, PubAck answer)
    {
        lock (_gate)
        {
            if (answer.Outcome == PubAckOutcome.NotNow)
            {
                _trouble ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _groups.Answer(number, index, answer, Now);
        }
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await MissLateAsync();
                await WriteAgainAsync();
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!_stop.IsCancellationRequested)
            {
                Owner.Tell(new BusProtocol.Down(this, e.GetBaseException().Message), ActorRefs.NoSender);
            }
        }
    }

    /// <summary>Gives up on answers that are due although the server is there.</summary>
    private async Task MissLateAsync()
    {
        StoringGroup[] late;
        TimeSpan asked;
        lock (_gate)
        {
            asked = Now;
            late = [.. _groups.All.Where(group => !group.IsAnswered && asked - group.Tried > _output.PublishTimeout / 2)];
        }

        if (late.Length == 0)
        {
            return;
        }

        await Connection.PingAsync(_stop.Token);
        lock (_gate)
        {
            foreach (var group in late.Where(group => !group.IsAnswered && group.Tried < asked))
            {
                // After a freeze the PONG may come before the answers.
                group.Prove(Now);
                if (Now - group.Proven < _output.PublishTimeout / 2)
                {
                    continue;
                }

                group.MissRest(Now);
                _trouble ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private async Task WriteAgainAsync()
    {
        var again = new List<(PublishGroup Group, int Index, EnvelopeBatch Batch, int At)>();
        lock (_gate)
        {
            foreach (var group in _groups.All.Where(static group => group.IsAnswered && !group.IsDone).ToArray())
            {
                if (Now - group.Heard >= _output.PublishTimeout)
                {
                    group.GiveUp(Now);
                }
                else if (Now - group.Tried >= Interval)
                {
                    group.Retry(Now, (batch, at, index) => again.Add((group.Group, index, batch, at)));
                }
            }

            _groups.Confirm();
            if (again.Count == 0 && !_groups.All.Any(static group => group.HasTrouble))
            {
                _trouble?.TrySetResult();
                _trouble = null;
            }
        }

        foreach (var (group, index, batch, at) in again)
        {
            if (!TryPublish(group, index, batch, at, out var write))
            {
                return;
            }

            await write;
        }
    }
}
