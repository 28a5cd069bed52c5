using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using Federation.Actors.Settings;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Nats;

/// <summary>Passes the messages of one consumer to a delivery until it is disposed. Recovers when consumer or stream was away.</summary>
/// <remarks>Messages that come after it is disposed are returned.</remarks>
internal sealed class StreamFeed : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>A consumer that was not silent for this long works.</summary>
    private static readonly TimeSpan ProofTime = (PullSubscription.Heartbeat * 2) + TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, Task<(
        INatsJSConsumer Consumer, OutboundSource Source, IReadOnlyCollection<INatsJSMsg<byte[]>> First)>> _open;
    private readonly NatsLink _link;
    private readonly NatsJSContext _streams;
    private readonly OutboundFactory _factory;
    private readonly IActorRef _delivery;
    private readonly EgressSettings _egress;
    private readonly long _last;
    private readonly SettledMessages? _settled;
    private readonly SkippedMessages? _skipped;
    private readonly Action<Exception?> _report;
    private readonly Action<string> _unreadable;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private List<OutboundMessage> _filling = [];
    private bool _isScheduled;
    private StreamEpoch _epoch = new();
    private OutboundSource? _source;
    private volatile bool _isProven;

    /// <param name="settled">Messages delivered before that may come again; null: a durable consumer.</param>
    /// <param name="skipped">Counts missing messages; null for a replay.</param>
    /// <param name="report">Receives the problem at each attempt, and null when it works and when it ends.</param>
    /// <param name="unreadable">Receives the reason when headers of a message cannot be parsed.</param>
    public StreamFeed(
        Func<CancellationToken, Task<(
            INatsJSConsumer Consumer, OutboundSource Source, IReadOnlyCollection<INatsJSMsg<byte[]>> First)>> open,
        NatsLink link,
        NatsJSContext streams,
        OutboundFactory factory,
        IActorRef delivery,
        EgressSettings egress,
        long last,
        SettledMessages? settled,
        SkippedMessages? skipped,
        Action<Exception?> report,
        Action<string> unreadable)
    {
        _last = last;
        _settled = settled;
        _skipped = skipped;
        _open = open;
        _link = link;
        _streams = streams;
        _factory = factory;
        _delivery = delivery;
        _egress = egress;
        _report = report;
        _unreadable = unreadable;
        Ended = Task.Run(RunAsync);
    }

    /// <summary>Completes when no message follows and all late ones are returned. Never fails.</summary>
    public Task Ended { get; }

    public async ValueTask DisposeAsync()
    {
        // Not disposed: the loop may still look at its token.
        await _stop.CancelAsync();
    }

    private async Task RunAsync()
    {
        var pause = Backoff.OfNats(LongestPause);
        try
        {
            do
            {
                try
                {
                    _isProven = false;
                    var (consumer, source, first) = await _open(_stop.Token);
                    Follow(source);
                    foreach (var message in first)
                    {
                        Take(message.Subject, message.ReplyTo ?? "", message.Headers, message.Data ?? [], source, pulled: null);
                    }

                    if (await ReadAsync(consumer, source))
                    {
                        return;
                    }
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    Report(e);
                }

                if (_isProven)
                {
                    pause.Reset();
                }
            }
            while (await pause.WaitAsync(_stop.Token));
        }
        finally
        {
            _report(null);
        }
    }

    /// <summary>The end of a working consumer is not a fault: it is opened again at once, which may fail.</summary>
    private void Report(Exception error)
    {
        if (!_isProven && !_stop.IsCancellationRequested)
        {
            _report(error);
        }
    }

    private void Prove()
    {
        if (!_isProven)
        {
            _isProven = true;
            _report(null);
        }
    }

    /// <summary>Another source is another stream with the same name.</summary>
    private void Follow(OutboundSource source)
    {
        if (_source is not null && !_source.Equals(source))
        {
            _epoch.End();
            _epoch = new StreamEpoch();
        }

        _source = source;
    }

    /// <summary>Reads until the consumer is silent or the feed is disposed.</summary>
    /// <returns>True after the last message.</returns>
    private async Task<bool> ReadAsync(INatsJSConsumer consumer, OutboundSource source)
    {
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        PullSubscription? pull = null;
        pull = new PullSubscription(
            _link.Connection, _streams.NewBaseInbox(),
            $"{_streams.Opts.Prefix}.CONSUMER.MSG.NEXT.{consumer.Info.StreamName}.{consumer.Info.Name}",
            (int)consumer.Info.Config.MaxAckPending, _egress.WindowBytes * 2,
            (subject, reply, headers, payload) =>
            {
                if (Take(subject, reply, headers, payload, source, pull))
                {
                    last.TrySetResult();
                }
            },
            _unreadable);
        var start = Clock.System.Elapsed;
        try
        {
            await _link.Connection.AddSubAsync(pull, _stop.Token);
            pull.Ask();
            using var timer = new PeriodicTimer(LookInterval);
            while (true)
            {
                var tick = timer.WaitForNextTickAsync(_stop.Token).AsTask();
                await Task.WhenAny(tick, last.Task, pull.Ended);
                if (last.Task.IsCompleted)
                {
                    return true;
                }

                if (pull.Ended.IsCompleted)
                {
                    throw new InvalidOperationException(await pull.Ended);
                }

                await tick;
                if (pull.IsSilent)
                {
                    Report(new InvalidOperationException("the server sends neither messages nor heartbeats"));
                    return false;
                }

                pull.Ask();
                if (Clock.System.Elapsed - start > ProofTime)
                {
                    Prove();
                }
            }
        }
        finally
        {
            // What was under way still comes.
            await pull.DrainAsync(CancellationToken.None);
            await pull.DisposeAsync();
            HandOver();
        }
    }

    /// <returns>True for the last message.</returns>
    private bool Take(string subject, string reply, NatsHeaders? headers, byte[] payload, OutboundSource source, PullSubscription? pulled)
    {
        if (!AckSubject.TryParse(reply, out var place))
        {
            return false;
        }

        Prove();
        var facts = _factory.Read(headers);
        var message = new StreamMessage(_link.Connection, reply, _epoch, _settled, pulled)
        {
            Source = source,
            Number = place.Number,
            Subject = subject,
            Payload = payload,
            Via = facts.Via,
            TraceParent = facts.TraceParent,
            ShowsSubject = _factory.ShowsSubject,
            From = facts.From,
            Trace = facts.Trace,
            Delivered = (int)Math.Min(place.Delivered, int.MaxValue) - 1,
        };
        if (_stop.IsCancellationRequested)
        {
            message.Return();
            return false;
        }

        if (place.Delivered <= 1)
        {
            _skipped?.Given(place.Number);
        }

        if (_settled?.TryGive(place.Number) == false)
        {
            message.Leave();
            message.Done();
        }
        else if (place.Number <= _last)
        {
            Add(message);
        }

        return place.Number >= _last || (_last < long.MaxValue && place.Pending == 0);
    }

    /// <summary>Passes a message on with those that the same read of the socket brings.</summary>
    private void Add(StreamMessage message)
    {
        lock (_gate)
        {
            _filling.Add(message);
            if (_isScheduled)
            {
                return;
            }

            _isScheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static feed => feed.HandOver(), this, preferLocal: false);
    }

    private void HandOver()
    {
        lock (_gate)
        {
            _isScheduled = false;
            if (_filling.Count > 0)
            {
                _delivery.Tell(new EgressBusProtocol.Stored(_filling), ActorRefs.NoSender);
                _filling = new List<OutboundMessage>(_filling.Count);
            }
        }
    }
}
