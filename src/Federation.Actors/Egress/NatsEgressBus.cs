using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Akka.Actor;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;
using Federation.Actors.Wire;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Egress;

/// <summary>NATS, JetStream, and code in this process as the sources of what a component sends; one connection, which the client library keeps.</summary>
internal sealed class NatsEgressBus : IEgressBus
{
    /// <summary>Messages in one batch at most: by then the cost of handing it over is nothing per message.</summary>
    internal const int BatchLimit = 512;

    /// <summary>Batches on their way at a time: one that is taken in and one that is being filled.</summary>
    internal const int Credits = 2;

    /// <summary>How long the end of a feed is waited for.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private const string DeadSuffix = "dead";

    /// <summary>Bytes of the headers of a dead letter: five names, three names of 64 characters, a subject.</summary>
    private const int HeadersAtMost = 2048;

    /// <summary>2262, in Unix milliseconds: the server counts nanoseconds, and takes what is later for long ago.</summary>
    private const long LatestTime = 9_214_646_400_000;

    private readonly ComponentSettings _settings;
    private readonly ChannelReader<OutgoingMessage> _local;
    private readonly NatsConnection _connection;
    private readonly NatsJSContext _streams;
    private readonly OutboundFactory _factory;
    private readonly CancellationTokenSource _stop = new();

    // By place in a stream; as many as there are peers that have come by.
    private readonly ConcurrentDictionary<string, Task> _feeds = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _noted = new(StringComparer.Ordinal);
    private IActorRef _owner = ActorRefs.Nobody;

    /// <param name="options">How to connect.</param>
    /// <param name="nodeId">This node.</param>
    /// <param name="settings">The component's: its inputs and how it sends.</param>
    /// <param name="local">What comes from code in this process.</param>
    public NatsEgressBus(NatsOpts options, string nodeId, ComponentSettings settings, ChannelReader<OutgoingMessage> local)
    {
        _local = local;
        _settings = settings;
        _connection = new NatsConnection(options with
        {
            RetryOnInitialConnect = true,
            IgnoreAuthErrorAbort = true,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(250),
            ReconnectWaitMax = TimeSpan.FromSeconds(2),
            SuppressSlowConsumerWarnings = true,
        });
        _streams = new NatsJSContext(_connection);
        _factory = new OutboundFactory(nodeId, settings.Egress.Subject);
        _connection.ConnectionOpened += (_, _) => Tell(EgressBusProtocol.Up.Instance);
        _connection.ConnectionDisconnected += (_, _) => Tell(new EgressBusProtocol.Down("NATS has closed the connection or is gone"));
        _connection.MessageDropped += (_, _) => Tell(new EgressBusProtocol.Overflowed(1));
        _connection.ServerError += (_, error) => Tell(new EgressBusProtocol.Notice($"NATS says: {error.Error}"));
    }

    /// <inheritdoc />
    public void Start(IActorRef owner)
    {
        _owner = owner;
        foreach (var port in _settings.Ports.Inputs.Where(static port => port.Type != PortType.Jetstream))
        {
            _ = Task.Run(() => port.Type == PortType.Local ? TakeAsync(port) : SubscribeAsync(port));
        }

        if (_settings.Ports.Inputs.All(static port => port.Type == PortType.Local) && _settings.Ports.Control is null)
        {
            // Nothing of it is needed.
            owner.Tell(EgressBusProtocol.Up.Instance, ActorRefs.NoSender);
            return;
        }

        _ = Task.Run(ConnectAsync);
    }

    /// <inheritdoc />
    public void StopReceiving() => _stop.Cancel();

    /// <inheritdoc />
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

    /// <inheritdoc />
    public async Task<(long Available, IAsyncDisposable Feed)> ReplayAsync(InputPortSettings port, ReplayParams from, IActorRef delivery)
    {
        var stream = (await StreamAsync(port, _stop.Token)).Info;
        var first = Math.Max(from.StartSequence ?? 0, from.Count is { } count ? (long)stream.State.LastSeq - count + 1 : 0);
        if (from.StartTime is { } time)
        {
            first = Math.Max(first, await FirstSinceAsync(stream.Config.Name!, Consumer(port), time));
        }

        // Not by time, which the server does not know again when the consumer is opened.
        var consumer = Consumer(port) with { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = (ulong)Math.Max(first, 1) };
        var made = await _streams.CreateOrUpdateConsumerAsync(stream.Config.Name!, consumer, _stop.Token);
        var available = (long)made.Info.NumPending;

        // Ids of their own: who asks for messages again wants them again, although it may have seen them.
        var prefix = $"replay-{Guid.NewGuid():N}-";
        return (available, Feed(port, consumer with { Name = made.Info.Name }, _ => prefix, delivery, (long)stream.State.LastSeq));
    }

    /// <inheritdoc />
    public void GiveUp(DeadMessage dead)
    {
        if (_settings.Ports.Control is not { } control)
        {
            if (_noted.TryAdd(dead.Reason, 0))
            {
                // In a ring of nodes, each message is refused where it started.
                Note($"messages are given up, the first {dead.Message.Subject} to {dead.Peer}: {dead.Reason}; a port named {PortsSettings.ControlName} would say each one");
            }

            dead.Message.Done();
            return;
        }

        var subject = $"{control.Subject}.{DeadSuffix}";
        if (string.Equals(dead.Message.Subject, subject, StringComparison.Ordinal))
        {
            // A dead letter itself: one for each of them would never end.
            dead.Message.Done();
            return;
        }

        var headers = new NatsHeaders
        {
            ["Federation-Component"] = _settings.Name,
            ["Federation-Peer"] = dead.Peer,
            ["Federation-Subject"] = dead.Message.Subject,
            ["Federation-Reason"] = dead.Reason,
            ["Federation-Deliveries"] = dead.Sent.ToString(CultureInfo.InvariantCulture),
        };
        _ = SendAsync(dead, subject, headers);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _connection.DisposeAsync();
    }

    private ValueTask Tell(object message)
    {
        _owner.Tell(message, ActorRefs.NoSender);
        return ValueTask.CompletedTask;
    }

    private void Note(string text) => _owner.Tell(new EgressBusProtocol.Notice(text), ActorRefs.NoSender);

    private async Task SendAsync(DeadMessage dead, string subject, NatsHeaders headers)
    {
        // With its new headers a message of the largest size does not fit: then they alone are what is left of it.
        var payload = dead.Message.Payload.Length + HeadersAtMost > _connection.ServerInfo?.MaxPayload ? default : dead.Message.Payload;
        try
        {
            await _connection.PublishAsync(subject, payload, headers, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default);
            dead.Message.Done();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Note("a dead letter was lost on its way to NATS: " + e.Message);
            dead.Message.Return();
        }
    }

    private async Task ConnectAsync()
    {
        try
        {
            await _connection.ConnectAsync();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await Tell(new EgressBusProtocol.Down(NatsProblem.Describe(e)));
        }
    }

    private Task TakeAsync(InputPortSettings port) =>
        ReceiveAsync(port, _local, message => (message.Subject, null, message.Payload));

    /// <summary>Reads one subscription. The library holds a bounded number of messages meanwhile, and says when it has lost some.</summary>
    private async Task SubscribeAsync(InputPortSettings port)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            await SubscribeOnceAsync(port);
        }
        while (!_stop.IsCancellationRequested && await pause.WaitForNextTickAsync(CancellationToken.None));
    }

    private async Task SubscribeOnceAsync(InputPortSettings port)
    {
        try
        {
            await using var subscription = await _connection.SubscribeCoreAsync(
                port.Subject, port.QueueGroup.Length > 0 ? port.QueueGroup : null, NatsRawSerializer<byte[]>.Default, cancellationToken: _stop.Token);
            await ReceiveAsync(port, subscription.Msgs, static message => (message.Subject, message.Headers, message.Data));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!_stop.IsCancellationRequested)
            {
                Note($"cannot subscribe to {port.Subject}: {e.GetBaseException().Message}");
            }
        }
    }

    /// <summary>Tells the owner what comes, as fast as it is taken in.</summary>
    private async Task ReceiveAsync<T>(InputPortSettings port, ChannelReader<T> messages, Func<T, (string Subject, NatsHeaders? Headers, ReadOnlyMemory<byte> Payload)> read)
    {
        var source = new OutboundSource($"msg-{Guid.NewGuid().ToString("N")[^12..]}-");

        // Not disposed: credits may come back after the end.
        var credits = new SemaphoreSlim(Credits);
        long number = 0;
        try
        {
            while (await messages.WaitToReadAsync(_stop.Token))
            {
                await credits.WaitAsync(_stop.Token);
                var batch = new List<OutboundMessage>();
                while (batch.Count < BatchLimit && messages.TryRead(out var message))
                {
                    var (subject, headers, payload) = read(message);
                    batch.Add(_factory.Make(source, ++number, subject, headers, payload));
                }

                await Tell(new EgressBusProtocol.Received(port.Name, batch, new SharedCredit(() => credits.Release())));
            }
        }
        catch (OperationCanceledException)
        {
            // The component ends or drains.
        }
    }

    /// <summary>Where in a stream a time is: what a consumer that begins there counts as given out ends before it.</summary>
    private async Task<long> FirstSinceAsync(string stream, ConsumerConfig config, long time)
    {
        var begun = config with { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime, OptStartTime = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(time, LatestTime)) };
        var consumer = await _streams.CreateOrUpdateConsumerAsync(stream, begun, _stop.Token);
        await _streams.DeleteConsumerAsync(stream, consumer.Info.Name, _stop.Token);
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
        var before = config.DurableName is { } place ? _feeds.GetValueOrDefault(place, Task.CompletedTask) : Task.CompletedTask;
        var feed = new StreamFeed(
            async cancel =>
            {
                if (isFirst)
                {
                    await AfterAsync(before, cancel);
                }

                var stream = (await StreamAsync(port, cancel)).Info;
                var consumer = await _streams.CreateOrUpdateConsumerAsync(stream.Config.Name!, config, cancel);
                if (isFirst && consumer.Info.NumAckPending > 0)
                {
                    consumer = await ReclaimAsync(stream.Config.Name!, config, cancel);
                }

                isFirst = false;
                return (consumer, new OutboundSource(prefix(stream)));
            },
            _factory,
            delivery,
            _settings.Egress.MaxInFlight,
            last,
            text => Note($"input {port.Name}: {text}"));
        if (config.DurableName is { } name)
        {
            _feeds[name] = feed.Ended;
        }

        return feed;
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
    /// <remarks>The server looks at what is unacked 100 ms after <c>ack_wait</c> has changed, and keeps what is due by then to be given out next.</remarks>
    private async Task<INatsJSConsumer> ReclaimAsync(string stream, ConsumerConfig config, CancellationToken cancel)
    {
        await _streams.CreateOrUpdateConsumerAsync(stream, config with { AckWait = TimeSpan.FromMilliseconds(10) }, cancel);
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
            await timer.WaitForNextTickAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // Not left as it is, for whoever comes next.
        }

        return await _streams.CreateOrUpdateConsumerAsync(stream, config, CancellationToken.None);
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
