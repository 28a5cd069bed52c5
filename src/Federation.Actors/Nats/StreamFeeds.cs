using System.Globalization;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Nats;

/// <summary>The feeds of a component's peers from streams: each continues at its peer's position; replays start at a requested
/// one.</summary>
internal sealed class StreamFeeds
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait for unacked messages: fewer come when some were acked meanwhile.</summary>
    private static readonly TimeSpan LongestReclaim = TimeSpan.FromSeconds(5);

    /// <summary>2262, in Unix milliseconds: the server counts nanoseconds, and a later time overflows to the distant past.</summary>
    private const long LatestTime = 9_214_646_400_000;

    private readonly NatsLink _link;
    private readonly NatsJSContext _streams;
    private readonly Dictionary<string, InputStream> _inputs;
    private readonly InputFaults _faults;
    private readonly ComponentSettings _settings;
    private readonly InputConsumers _consumers;
    private readonly Action<object> _tell;
    private readonly OutboundFactory _factory;
    private readonly CancellationToken _stop;

    public StreamFeeds(NatsLink link, NatsJSContext streams, ComponentSettings settings,
        OutboundFactory factory, InputFaults faults, Action<object> tell, CancellationToken stop)
    {
        _link = link;
        _streams = streams;
        _inputs = settings.Ports.Inputs.Where(static port => port.Type == PortType.Jetstream)
            .ToDictionary(
                static port => port.Name, port => new InputStream(link, _streams, port.OfAll(), settings.Name, faults), StringComparer.Ordinal);
        _faults = faults;
        _settings = settings;
        _consumers = new InputConsumers(settings, faults.Note);
        _factory = factory;
        _tell = tell;
        _stop = stop;
    }

    public void Watch()
    {
        foreach (var input in _inputs.Values)
        {
            _ = Task.Run(() => input.WatchAsync(_stop));
        }
    }

    public IAsyncDisposable Feed(InputPortSettings port, PeerName peer, IActorRef delivery, int window)
    {
        var consumer = _consumers.Of(port, peer) with { MaxAckPending = window };
        return Feed(port.Of(peer.Identity), consumer, Prefix, delivery, long.MaxValue, peer.Identity);

        static string Prefix(StreamInfo stream) =>
            string.Create(CultureInfo.InvariantCulture, $"{stream.Config.Name}-{stream.Created.ToUnixTimeMilliseconds():x}-");
    }

    public async Task<(long Available, IAsyncDisposable Feed)> ReplayAsync(
        InputPortSettings port, PeerName peer, ReplayParams from, IActorRef delivery)
    {
        port = port.Of(peer.Identity);
        var stream = (await _inputs[port.Name].FindAsync(_stop)).Info;
        var first = Math.Max(from.StartSequence ?? 0, from.Count is { } count ? (long)stream.State.LastSeq - count + 1 : 0);
        if (from.StartTime is { } time)
        {
            first = Math.Max(first, await FirstSinceAsync(stream.Config.Name!, _consumers.Ephemeral(port, "replay"), time));
        }

        // Not by time, which the server does not know again when the consumer is opened.
        var consumer = _consumers.Ephemeral(
            port, "replay") with { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = (ulong)Math.Max(first, 1) };
        var made = await _streams.CreateOrUpdateConsumerAsync(stream.Config.Name!, consumer, _stop);
        var available = (long)made.Info.NumPending;

        // Ids of their own: who asks for messages again wants them again, although it may have seen them.
        var prefix = $"replay-{Guid.NewGuid():N}-";
        return (available, Feed(port, consumer, _ => prefix, delivery, (long)stream.State.LastSeq, peer: null));
    }

    /// <summary>The sequence number of a time: a consumer that starts there has skipped everything before.</summary>
    private async Task<long> FirstSinceAsync(string stream, ConsumerConfig config, long time)
    {
        var begun = config with { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime,
            OptStartTime = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(time, LatestTime)) };
        var consumer = await _streams.CreateOrUpdateConsumerAsync(stream, begun, _stop);
        await _streams.DeleteConsumerAsync(stream, consumer.Info.Name, _stop);
        return (long)consumer.Info.Delivered.StreamSeq + 1;
    }

    private StreamFeed Feed(
        InputPortSettings port, ConsumerConfig config, Func<StreamInfo, string> prefix, IActorRef delivery, long last, string? peer)
    {
        var input = _inputs[port.Name];
        var isFirst = true;
        var start = Clock.System.Elapsed;
        var before = config.DurableName is { } durable ? _link.Ending.GetValueOrDefault(durable, Task.CompletedTask) : Task.CompletedTask;
        var place = config.DurableName is null ? new EphemeralPlace(_streams, config) : null;
        var skipped = peer is null
            ? null : new SkippedMessages(port, (count, isExact) => _tell(new EgressBusProtocol.Skipped(port.Name, peer, count, isExact)));
        DateTimeOffset? created = null;
        var feed = new StreamFeed(
            async cancel =>
            {
                if (isFirst)
                {
                    await AfterAsync(before, cancel);
                }

                start = Clock.System.Elapsed;
                var stream = (await input.FindAsync(cancel)).Info;
                if (created is not null && created != stream.Created && config.DurableName is not null)
                {
                    // Everything in a stream that has taken the place of another is new to a peer that has been here all the time.
                    config = config with { DeliverPolicy = ConsumerConfigDeliverPolicy.All };
                }

                created = stream.Created;
                var consumer = await (place?.OpenAsync(stream, cancel) ?? OpenAsync(port, stream.Config.Name!, config, cancel));
                skipped?.Opened(stream, consumer.Info);
                IReadOnlyCollection<INatsJSMsg<byte[]>> reclaimed = [];
                if (isFirst && place is null && consumer.Info.NumAckPending is > 0 and var unacked)
                {
                    (consumer, reclaimed) = await ReclaimAsync(
                        stream.Config.Name!, LikeFound(config, consumer.Info.Config), unacked, cancel);
                }

                isFirst = false;
                return (consumer, new OutboundSource(prefix(stream)), reclaimed);
            },
            _link,
            _streams,
            _factory,
            delivery,
            _settings.Egress,
            last,
            place?.Messages,
            skipped,
            Report,
            reason => _faults.NoteHeaders(port.Name, reason));
        if (place is not null)
        {
            _ = DeleteAsync(place, feed.Ended);
        }
        else if (config.DurableName is { } name)
        {
            _link.Ending[name] = feed.Ended;
            _ = ForgetAsync(name, feed.Ended);
        }

        return feed;

        void Report(Exception? error)
        {
            if (peer is null)
            {
                // A replay is over sooner or later, and can be asked for again.
                if (error is not null)
                {
                    _faults.Note($"input {port.Name}, replay: {error.GetBaseException().Message}");
                }
            }
            else if (error is null or StreamProblem || !_link.IsOpen)
            {
                // That the stream is away is told once for all peers, and that NATS is, for all inputs.
                _faults.Remove(port.Name, peer);
            }
            else
            {
                _faults.Add(input.Fault(input.Problem(error, start), peer));
            }
        }
    }

    /// <summary>Makes a consumer or uses the existing one: its start cannot be changed, and a position is worth more than a
    /// setting.</summary>
    private async Task<INatsJSConsumer> OpenAsync(InputPortSettings port, string stream, ConsumerConfig config, CancellationToken cancel)
    {
        try
        {
            return await _streams.CreateOrUpdateConsumerAsync(stream, config, cancel);
        }
        catch (NatsJSApiException e) when (config.DurableName is { } name && e.Error.Code is >= 400 and not 404)
        {
            if (await FindConsumerAsync(stream, name, cancel) is not { } found || found.DeliverPolicy == config.DeliverPolicy)
            {
                throw;
            }

            _faults.Note($"input {port.Name}: {name} keeps its position in the stream {stream}; deliver = "
                + $"{port.Deliver.ToString().ToLowerInvariant()} applies to peers that are new to it");
            return await _streams.CreateOrUpdateConsumerAsync(stream, LikeFound(config, found), cancel);
        }
    }

    private static ConsumerConfig LikeFound(ConsumerConfig config, ConsumerConfig found) =>
        config with { DeliverPolicy = found.DeliverPolicy, OptStartSeq = found.OptStartSeq, OptStartTime = found.OptStartTime };

    private async Task<ConsumerConfig?> FindConsumerAsync(string stream, string name, CancellationToken cancel)
    {
        try
        {
            return (await _streams.GetConsumerAsync(stream, name, cancel)).Info.Config;
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            return null;
        }
    }

    private static async Task DeleteAsync(EphemeralPlace place, Task ended)
    {
        await ended;
        await place.DeleteAsync(CancellationToken.None);
    }

    private async Task ForgetAsync(string place, Task ended)
    {
        await ended;
        _link.Ending.TryRemove(new KeyValuePair<string, Task>(place, ended));
    }

    /// <summary>Waits until the preceding feed has ended at the server too: its pull request could otherwise receive messages after this
    /// feed has checked the unacked ones.</summary>
    private async Task AfterAsync(Task before, CancellationToken cancel)
    {
        try
        {
            await before.WaitAsync(LongestEnd, cancel);
        }
        catch (TimeoutException)
        {
            // What it still gets comes again after ack_wait.
        }

        await _link.Connection.PingAsync(cancel);
    }

    /// <summary>Redelivers unacked messages whose receiver is gone: a killed node, or an ended connection.</summary>
    /// <remarks>The server checks unacked messages 100 ms after <c>ack_wait</c> has changed, or later when it is busy, and queues all
    /// that are due. This has happened when all have come, or one of them a second time; it delivers no new ones before.</remarks>
    /// <returns>The consumer, and the redelivered messages in the stream's order; the consumer delivers the others.</returns>
    private async Task<(INatsJSConsumer Consumer, IReadOnlyCollection<INatsJSMsg<byte[]>> Reclaimed)> ReclaimAsync(
        string stream, ConsumerConfig config, int unacked, CancellationToken cancel)
    {
        var reclaimed = new SortedDictionary<ulong, INatsJSMsg<byte[]>>();
        var hasty = await _streams.CreateOrUpdateConsumerAsync(
            stream, config with { AckWait = TimeSpan.FromMilliseconds(10), MaxAckPending = 1 }, cancel);
        var hasLooked = false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(LongestReclaim);
        try
        {
            while (!hasLooked)
            {
                // Read to its end: what comes to a request that is given up is lost until ack_wait is over.
                var asked = new NatsJSFetchOpts { MaxMsgs = unacked - reclaimed.Count, Expires = TimeSpan.FromSeconds(1) };
                await foreach (var message in hasty.FetchAsync(asked, NatsRawSerializer<byte[]>.Default, limit.Token))
                {
                    hasLooked |= message.Metadata is not { } metadata
                        || !reclaimed.TryAdd(metadata.Sequence.Stream, message) || reclaimed.Count == unacked;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Not left as it is, for whoever comes next.
        }

        return (await _streams.CreateOrUpdateConsumerAsync(stream, config, CancellationToken.None), reclaimed.Values);
    }
}
