using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;
using Federation.Actors.Settings;
using Federation.Actors.Wire;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Egress;

/// <summary>What streams keep for the peers of a component: their places, taken up where they were left, and what is asked for again.</summary>
internal sealed class StreamFeeds
{
    /// <summary>How long the end of a feed is waited for.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    /// <summary>How long what is unacked is waited for: when some of it was acked meanwhile, fewer come.</summary>
    private static readonly TimeSpan LongestReclaim = TimeSpan.FromSeconds(5);

    /// <summary>2262, in Unix milliseconds: the server counts nanoseconds, and takes what is later for long ago.</summary>
    private const long LatestTime = 9_214_646_400_000;

    private readonly NatsConnection _connection;
    private readonly NatsJSContext _streams;
    private readonly ComponentSettings _settings;
    private readonly OutboundFactory _factory;
    private readonly Action<string> _note;
    private readonly CancellationToken _stop;

    // The last of each place in a stream, until it is over.
    private readonly ConcurrentDictionary<string, Task> _ending = new(StringComparer.Ordinal);

    /// <param name="connection">To the server that has the streams.</param>
    /// <param name="settings">The component's.</param>
    /// <param name="factory">Makes the envelopes.</param>
    /// <param name="note">Told what goes wrong.</param>
    /// <param name="stop">Ends what is asked of the server for a replay.</param>
    public StreamFeeds(NatsConnection connection, ComponentSettings settings, OutboundFactory factory, Action<string> note, CancellationToken stop)
    {
        _connection = connection;
        _streams = new NatsJSContext(connection);
        _settings = settings;
        _factory = factory;
        _note = note;
        _stop = stop;
    }

    /// <inheritdoc cref="IEgressBus.Feed" />
    public IAsyncDisposable Feed(InputPortSettings port, PeerName peer, IActorRef delivery)
    {
        // A server is dialled by one component, under whichever of its addresses: its place in the stream is the component's. No name holds a =.
        var place = $"{_settings.Name}={port.Name}";
        var name = _settings.Mode == ComponentMode.Client ? place : peer.Lasting ? $"{place}={peer.Identity}" : null;
        var consumer = Consumer(port) with
        {
            DurableName = name,
            DeliverPolicy = port.Deliver == DeliverPolicy.New || name is null ? ConsumerConfigDeliverPolicy.New : ConsumerConfigDeliverPolicy.All,
        };
        return Feed(port, consumer, static stream => $"{stream.Config.Name}-{stream.Created.ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture)}-", delivery, long.MaxValue);
    }

    /// <inheritdoc cref="IEgressBus.ReplayAsync" />
    public async Task<(long Available, IAsyncDisposable Feed)> ReplayAsync(InputPortSettings port, ReplayParams from, IActorRef delivery)
    {
        var stream = (await StreamAsync(port, _stop)).Info;
        var first = Math.Max(from.StartSequence ?? 0, from.Count is { } count ? (long)stream.State.LastSeq - count + 1 : 0);
        if (from.StartTime is { } time)
        {
            first = Math.Max(first, await FirstSinceAsync(stream.Config.Name!, Consumer(port), time));
        }

        // Not by time, which the server does not know again when the consumer is opened.
        var consumer = Consumer(port) with { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = (ulong)Math.Max(first, 1) };
        var made = await _streams.CreateOrUpdateConsumerAsync(stream.Config.Name!, consumer, _stop);
        var available = (long)made.Info.NumPending;

        // Ids of their own: who asks for messages again wants them again, although it may have seen them.
        var prefix = $"replay-{Guid.NewGuid():N}-";
        return (available, Feed(port, consumer with { Name = made.Info.Name }, _ => prefix, delivery, (long)stream.State.LastSeq));
    }

    /// <summary>Where in a stream a time is: what a consumer that begins there counts as given out ends before it.</summary>
    private async Task<long> FirstSinceAsync(string stream, ConsumerConfig config, long time)
    {
        var begun = config with { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime, OptStartTime = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(time, LatestTime)) };
        var consumer = await _streams.CreateOrUpdateConsumerAsync(stream, begun, _stop);
        await _streams.DeleteConsumerAsync(stream, consumer.Info.Name, _stop);
        return (long)consumer.Info.Delivered.StreamSeq + 1;
    }

    private ConsumerConfig Consumer(InputPortSettings port) => new()
    {
        FilterSubject = port.Subject,
        AckPolicy = ConsumerConfigAckPolicy.Explicit,
        AckWait = _settings.Egress.AckWait,
        MaxAckPending = _settings.Egress.MaxInFlight,
    };

    private StreamFeed Feed(InputPortSettings port, ConsumerConfig config, Func<StreamInfo, string> prefix, IActorRef delivery, long last)
    {
        var isFirst = true;
        var before = config.DurableName is { } place ? _ending.GetValueOrDefault(place, Task.CompletedTask) : Task.CompletedTask;
        var feed = new StreamFeed(
            async cancel =>
            {
                if (isFirst)
                {
                    await AfterAsync(before, cancel);
                }

                var stream = (await StreamAsync(port, cancel)).Info;
                var consumer = await _streams.CreateOrUpdateConsumerAsync(stream.Config.Name!, config, cancel);
                IReadOnlyCollection<INatsJSMsg<byte[]>> reclaimed = [];
                if (isFirst && consumer.Info.NumAckPending is > 0 and var unacked)
                {
                    (consumer, reclaimed) = await ReclaimAsync(stream.Config.Name!, config, unacked, cancel);
                }

                isFirst = false;
                return (consumer, new OutboundSource(prefix(stream)), reclaimed);
            },
            _factory,
            delivery,
            _settings.Egress.MaxInFlight,
            last,
            text => _note($"input {port.Name}: {text}"));
        if (config.DurableName is { } name)
        {
            _ending[name] = feed.Ended;
            _ = ForgetAsync(name, feed.Ended);
        }

        return feed;
    }

    private async Task ForgetAsync(string place, Task ended)
    {
        await ended;
        _ending.TryRemove(new KeyValuePair<string, Task>(place, ended));
    }

    /// <summary>
    /// The feed that had this place before is over, and the server knows: what it had asked for would else be given out to nobody after this one
    /// has looked at what is unacked.
    /// </summary>
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

        await _connection.PingAsync(cancel);
    }

    /// <summary>Whoever had what is unacked is gone: a node that was killed, or a connection that ended while messages were on their way to it.</summary>
    /// <remarks>
    /// The server looks at what is unacked 100 ms after <c>ack_wait</c> has changed, or later when it is busy, and keeps all that is due by then to be
    /// given out next. That it has looked shows when all have come, or one of them a second time; it gives out no new ones while any is unacked.
    /// </remarks>
    /// <returns>The consumer, and those of the unacked messages that have come, in the stream's order; it gives out the others.</returns>
    private async Task<(INatsJSConsumer Consumer, IReadOnlyCollection<INatsJSMsg<byte[]>> Reclaimed)> ReclaimAsync(
        string stream, ConsumerConfig config, int unacked, CancellationToken cancel)
    {
        var reclaimed = new SortedDictionary<ulong, INatsJSMsg<byte[]>>();
        var hasty = await _streams.CreateOrUpdateConsumerAsync(stream, config with { AckWait = TimeSpan.FromMilliseconds(10), MaxAckPending = 1 }, cancel);
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
                    hasLooked |= message.Metadata is not { } metadata || !reclaimed.TryAdd(metadata.Sequence.Stream, message) || reclaimed.Count == unacked;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Not left as it is, for whoever comes next.
        }

        return (await _streams.CreateOrUpdateConsumerAsync(stream, config, CancellationToken.None), reclaimed.Values);
    }

    private async Task<INatsJSStream> StreamAsync(InputPortSettings port, CancellationToken cancel)
    {
        var name = port.Stream;
        if (name.Length == 0)
        {
            var found = new List<string>();
            await foreach (var candidate in _streams.ListStreamNamesAsync(port.Subject, cancel))
            {
                found.Add(candidate);
            }

            name = found.Count == 1 ? found[0]
                : throw new InvalidOperationException(found.Count == 0 ? $"the subject {port.Subject} is in no stream" : $"the subject {port.Subject} is in {string.Join(" and ", found)}: name one under stream");
        }

        return await _streams.GetStreamAsync(name, cancellationToken: cancel);
    }
}
