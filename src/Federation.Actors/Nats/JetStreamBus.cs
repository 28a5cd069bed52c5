using System.Globalization;
using System.Threading.Channels;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>JetStream: a group is confirmed when the stream has stored or refused each of its messages.</summary>
/// <remarks><para>A message that cannot be stored at present (no leader, no responders, no answer) is written again until
/// <c>publish_timeout</c>: first one message, to detect the stream's return, then the others in order, and nothing new before them. This
/// keeps the order with one exception: messages already on the wire, of the groups in flight at most, may be stored behind their
/// successors when the stream returns in between.</para>
/// <para>A missing answer counts only when the server has answered a PING sent after the answer was due, and the answer is still missing
/// a while later: a frozen server is waited for, like a lost one.</para>
/// <para>The stream does not answer refused messages; see <see cref="Denials"/>.</para></remarks>
internal sealed class JetStreamBus : NatsBus
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private const int MostLookups = 16;

    private readonly Counter _retries;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Lock _gate = new();
    private readonly StoringGroups _groups;
    private readonly Denials _denials = new();
    private readonly CancellationTokenSource _stop = new();

    // True for one at which the stream may be tried. More than one at a time would say nothing more.
    private readonly Channel<bool> _looks = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly StreamWatch _watch;
    private TaskCompletionSource? _trouble;
    private string _inbox = "";
    private Task _check = Task.CompletedTask;

    // The library holds it weakly, and unsubscribes what has been collected.
    private PubAckInbox? _answers;

    public JetStreamBus(NatsOpts options, NatsServers servers, BusPort port,
        OutputPortSettings output, NatsSettings nats, Counter retries, TimeProvider time)
        : base(options, servers, port, time)
    {
        _watch = new StreamWatch(NatsOptions.Streams(Connection, nats), port.Subject.Wildcard, output.Stream, () => Now, problem => Owner.Tell(
            new BusProtocol.Unusable(this, problem), ActorRefs.NoSender));
        _retries = retries;
        _time = time;
        _start = time.GetTimestamp();
        _groups = new StoringGroups(output.PublishTimeout, last => Owner.Tell(new BusProtocol.Confirmed(this, last), ActorRefs.NoSender));
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

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

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        lock (_gate)
        {
            _trouble?.TrySetCanceled();
        }

        await base.DisposeAsync();
    }

    protected override async Task PrepareAsync()
    {
        await _watch.StartAsync(_stop.Token);

        // Not below the connection's own inbox: the library would take it for its replies and subscribe to nothing.
        _inbox = $"{Connection.Opts.InboxPrefix}.{Guid.NewGuid():N}";
        _answers = new PubAckInbox(Connection, _inbox, Answer);
        await Connection.AddSubAsync(_answers, _stop.Token);

        // A subscription that is not permitted is refused before the PONG.
        await Link.PingAsync(_stop.Token);
        _ = WatchAsync();
    }

    protected override string? MessageIdOf(EnvelopeBatch batch, in EnvelopeEntry entry) =>
        MessageId.Of(Port.Component, batch.Peer, batch.Id(entry));

    protected override string? ReplyTo(PublishGroup group, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{_inbox}.{group.Number}.{index}");

    protected override void Refuse(PublishGroup group, int index, EnvelopeBatch batch, int at, NackReason reason, string error) =>
        Answer(group.Number, index, new PubAck(PubAckOutcome.Refused, error, reason));

    protected override void OnRefused(string subject, string error, long pongs)
    {
        lock (_gate)
        {
            _denials.Add(subject, error, pongs);
        }

        _looks.Writer.TryWrite(false);
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
            _groups.Answer(number, index, answer, Now);
            Follow();
            if (_groups.HasNext || (answer.Outcome == PubAckOutcome.NotNow && Port.Subject.IsFilled))
            {
                _looks.Writer.TryWrite(false);
            }
        }
    }

    /// <summary>Holds new messages back until the stream has all old ones.</summary>
    private void Follow()
    {
        if (_groups.Phase == StoringPhase.Calm)
        {
            _trouble?.TrySetResult();
            _trouble = null;
        }
        else
        {
            _trouble ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task WatchAsync()
    {
        await using var timer = _time.CreateTimer(_ => _looks.Writer.TryWrite(true), state: null, Interval, Interval);
        try
        {
            await foreach (var mayProbe in _looks.Reader.ReadAllAsync(_stop.Token))
            {
                await RefuseDeniedAsync();
                await RefuseUntakenAsync();
                await MissLateAsync();
                await WriteAgainAsync(mayProbe);
                if (mayProbe && _check.IsCompleted)
                {
                    _check = _watch.LookAsync(IsCalm(), _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!_stop.IsCancellationRequested)
            {
                Owner.Tell(new BusProtocol.Down(this, NatsProblem.Describe(e)), ActorRefs.NoSender);
            }
        }
    }

    private async Task RefuseDeniedAsync()
    {
        lock (_gate)
        {
            if (_denials.IsEmpty)
            {
                return;
            }
        }

        var (pong, written) = PingBehind(_stop.Token);
        var ping = await pong;
        lock (_gate)
        {
            foreach (var (subject, error) in _denials.Settle(ping, written, _groups, SubjectOf, Now))
            {
                Owner.Tell(new BusProtocol.Denied(this, subject, error), ActorRefs.NoSender);
            }

            Follow();
        }
    }

    /// <summary>Refuses messages without a stream for their subject while the port has a stream for other subjects: where peers choose
    /// the subject, one peer's subject must not delay the messages of the others.</summary>
    private async Task RefuseUntakenAsync()
    {
        if (!Port.Subject.IsFilled)
        {
            return;
        }

        string[] subjects;
        lock (_gate)
        {
            subjects = [.. _groups.Untaken.Select(SubjectOf).Distinct(StringComparer.Ordinal).Take(MostLookups)];
        }

        foreach (var subject in await _watch.FindUntakenAsync(subjects, _stop.Token))
        {
            RefuseUntaken(subject);
        }
    }

    private void RefuseUntaken(string subject)
    {
        lock (_gate)
        {
            var refusal = new PubAck(PubAckOutcome.Refused, $"the subject {subject} is in no stream");
            foreach (var message in _groups.Untaken.Where(one => string.Equals(SubjectOf(one), subject, StringComparison.Ordinal)).ToList())
            {
                _groups.Answer(message.Group.Number, message.Index, refusal, Now);
            }

            Follow();
        }
    }

    private bool IsCalm()
    {
        lock (_gate)
        {
            return _groups.Phase == StoringPhase.Calm;
        }
    }

    private string SubjectOf(StoringMessage message) => Subject(message.Batch, message.Batch[message.At]);

    private async Task MissLateAsync()
    {
        StoringGroup[] late;
        TimeSpan asked;
        lock (_gate)
        {
            asked = Now;
            late = _groups.Late(asked);
        }

        if (late.Length == 0)
        {
            return;
        }

        await Link.PingAsync(_stop.Token);
        lock (_gate)
        {
            if (_groups.Miss(late, asked, Now))
            {
                _denials.Clear();
            }

            Follow();
        }
    }

    private async Task WriteAgainAsync(bool mayProbe)
    {
        lock (_gate)
        {
            _groups.Expire(Now);
            Follow();
        }

        while (TryTake(mayProbe, out var message))
        {
            mayProbe = false;
            if (!TryPublish(message.Group, message.Index, message.Batch, message.At, out var write))
            {
                return;
            }

            _retries.Inc();
            await write;
        }
    }

    private bool TryTake(bool mayProbe, out StoringMessage message)
    {
        lock (_gate)
        {
            return _groups.TryTakeNext(Now, out message) || (mayProbe && _groups.TryTakeProbe(Now, out message));
        }
    }
}
