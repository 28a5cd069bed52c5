using Akka.Actor;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using Federation.Actors.Settings;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Nats;

/// <summary>
/// Tells a delivery what one consumer of a stream gives out, until it is disposed. Comes back by itself when the consumer or the stream is
/// away.
/// </summary>
/// <remarks>What comes after it is disposed is given back.</remarks>
internal sealed class StreamFeed : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The server says so often that it still has the request for messages; after two missed ones the consumer is opened anew. A server
    /// that has come back does not know old requests, and one of this age leaves a request for a consumer that is gone without an answer.
    /// </summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    /// <summary>A consumer that has not fallen silent for so long gives out what there is.</summary>
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

    /// <param name="open">Finds or makes the consumer; the first messages may come with it.</param>
    /// <param name="factory">Makes the envelopes.</param>
    /// <param name="delivery">Told each message.</param>
    /// <param name="prefetch">Messages that the client library may hold.</param>
    /// <param name="last">Number of the message that ends the feed; <see cref="long.MaxValue"/>: it does not end.</param>
    /// <param name="settled">What was given out before and may come again; null: a durable consumer remembers it.</param>
    /// <param name="skipped">Told which messages are given out for the first time; null: a replay, which nothing is missing from.</param>
    /// <param name="report">Told why it does not work, with each attempt, and null when it does and when it ends.</param>
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

    /// <summary>Completes when nothing more is told and all that came too late is given back. Never fails.</summary>
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

    /// <summary>The end of a consumer that has worked is no fault: it is opened again at once, which may be one.</summary>
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

    /// <summary>Another source is another stream under the same name.</summary>
    private void Follow(OutboundSource source)
    {
        if (_source is not null && !_source.Equals(source))
        {
            _epoch.End();
            _epoch = new StreamEpoch();
        }

        _source = source;
    }

    /// <summary>Reads until the consumer falls silent or the feed is disposed.</summary>
    /// <returns>True when the last message has come.</returns>
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

        Report(new InvalidOperationException("the server gives out neither messages nor heartbeats"));
        return false;
    }

    /// <returns>True when it is the last message.</returns>
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
        var payload = message.Data ?? [];
        var (from, tail, trace) = _factory.Read(message.Subject, message.Headers, payload);
        _delivery.Tell(
            new EgressBusProtocol.Stored(new StreamMessage(message, _epoch, _settled)
            {
                Source = source,
                Number = number,
                Subject = message.Subject,
                Payload = payload,
                Tail = tail,
                From = from,
                Trace = trace,
                Delivered = delivered - 1,
            }),
            ActorRefs.NoSender);
    }
}
