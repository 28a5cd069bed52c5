using Akka.Actor;
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

    /// <summary>The interval of the server's heartbeats for a pull request; after two missed ones the consumer is opened again. A
    /// restarted server has lost old requests, and some versions do not answer a request for a deleted consumer.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    /// <summary>A consumer that was not silent for this long works.</summary>
    private static readonly TimeSpan ProofTime = (Heartbeat * 2) + TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, Task<(
        INatsJSConsumer Consumer, OutboundSource Source, IReadOnlyCollection<INatsJSMsg<byte[]>> First)>> _open;
    private readonly OutboundFactory _factory;
    private readonly IActorRef _delivery;
    private readonly int _prefetch;
    private readonly long _last;
    private readonly SettledMessages? _settled;
    private readonly SkippedMessages? _skipped;
    private readonly Action<Exception?> _report;
    private readonly CancellationTokenSource _stop = new();
    private StreamEpoch _epoch = new();
    private OutboundSource? _source;
    private volatile bool _isProven;

    /// <param name="settled">Messages delivered before that may come again; null: a durable consumer.</param>
    /// <param name="skipped">Counts missing messages; null for a replay.</param>
    /// <param name="report">Receives the problem at each attempt, and null when it works and when it ends.</param>
    public StreamFeed(
        Func<CancellationToken, Task<(
            INatsJSConsumer Consumer, OutboundSource Source, IReadOnlyCollection<INatsJSMsg<byte[]>> First)>> open,
        OutboundFactory factory,
        IActorRef delivery,
        int prefetch,
        long last,
        SettledMessages? settled,
        SkippedMessages? skipped,
        Action<Exception?> report)
    {
        _last = last;
        _settled = settled;
        _skipped = skipped;
        _open = open;
        _factory = factory;
        _delivery = delivery;
        _prefetch = prefetch;
        _report = report;
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
                        await TakeAsync(message, source);
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

    private async Task ProveAsync(CancellationToken silent)
    {
        using var timer = new PeriodicTimer(ProofTime);
        try
        {
            await timer.WaitForNextTickAsync(silent);
            Prove();
        }
        catch (OperationCanceledException)
        {
            // Silent, or over.
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
        using var silent = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var options = new NatsJSConsumeOpts
        {
            MaxMsgs = _prefetch,
            IdleHeartbeat = Heartbeat,
            MaxConsecutive503Errors = 1,
            DrainOnCancel = true,
            NotificationHandler = (notification, _) =>
                notification is NatsJSTimeoutNotification ? silent.CancelAsync() : Task.CompletedTask,
        };
        _ = ProveAsync(silent.Token);
        try
        {
            await foreach (var message in consumer.ConsumeAsync(NatsRawSerializer<byte[]>.Default, options, silent.Token))
            {
                if (await TakeAsync(message, source))
                {
                    return true;
                }
            }
        }
        finally
        {
            await silent.CancelAsync();
        }

        Report(new InvalidOperationException("the server sends neither messages nor heartbeats"));
        return false;
    }

    /// <returns>True for the last message.</returns>
    private async ValueTask<bool> TakeAsync(INatsJSMsg<byte[]> message, OutboundSource source)
    {
        Prove();
        if (_stop.IsCancellationRequested)
        {
            await message.NakAsync(cancellationToken: CancellationToken.None);
            return false;
        }

        if (message.Metadata is not { } metadata)
        {
            return false;
        }

        var number = (long)metadata.Sequence.Stream;
        if (metadata.NumDelivered <= 1)
        {
            _skipped?.Given(number);
        }

        if (_settled?.TryGive(number) == false)
        {
            await message.AckAsync(cancellationToken: CancellationToken.None);
        }
        else if (number <= _last)
        {
            Tell(message, source, number, (int)Math.Min(metadata.NumDelivered, int.MaxValue));
        }

        return number >= _last || (_last < long.MaxValue && metadata.NumPending == 0);
    }

    private void Tell(INatsJSMsg<byte[]> message, OutboundSource source, long number, int delivered)
    {
        var facts = _factory.Read(message.Headers);
        _delivery.Tell(
            new EgressBusProtocol.Stored(new StreamMessage(message, _epoch, _settled)
            {
                Source = source,
                Number = number,
                Subject = message.Subject,
                Payload = message.Data ?? [],
                Via = facts.Via,
                TraceParent = facts.TraceParent,
                ShowsSubject = _factory.ShowsSubject,
                From = facts.From,
                Trace = facts.Trace,
                Delivered = delivered - 1,
            }),
            ActorRefs.NoSender);
    }
}
