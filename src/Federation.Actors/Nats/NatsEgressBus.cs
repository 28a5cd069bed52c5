using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

internal sealed class NatsEgressBus : IEgressBus
{
    /// <summary>Messages in one batch; by then the cost of passing it on is negligible per message.</summary>
    internal const int BatchLimit = 512;

    /// <summary>Batches in flight: one that is taken in and one that is being filled.</summary>
    internal const int Credits = 2;

    private readonly ComponentSettings _settings;
    private readonly ChannelReader<OutgoingMessage> _local;
    private readonly NatsLink _link;
    private readonly InputFaults _faults;
    private readonly OutboundFactory _factory;
    private readonly StreamFeeds _feeds;
    private readonly (Shared<DeadLetters> Shared, DeadLetters Letters, DeadLetterPort Port)? _deadLetters;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, byte> _noted = new(StringComparer.Ordinal);
    private readonly Lock _state = new();
    private Task _subscribed = Task.CompletedTask;
    private int _losses;
    private IActorRef _owner = ActorRefs.Nobody;

    public NatsEgressBus(NatsLink link, Shared<DeadLetters>? deadLetters,
        FederationSettings node, ComponentSettings settings, ChannelReader<OutgoingMessage> local)
    {
        _local = local;
        _settings = settings;
        _link = link;
        _faults = new InputFaults(Tell);
        _factory = new OutboundFactory(node.NodeId, settings.Egress.Subject);
        _feeds = new StreamFeeds(link, NatsOptions.Streams(link.Connection, node.Nats), settings, _factory, _faults, Tell, _stop.Token);
        if (deadLetters is not null && settings.Ports.Control is { } control)
        {
            _deadLetters = (deadLetters, deadLetters.Enter(), new DeadLetterPort($"{control.Subject}.dead", Report));
        }

        link.Happened += Follow;
    }

    public void Start(IActorRef owner)
    {
        _owner = owner;
        foreach (var port in _settings.Ports.Inputs.Where(static port => port.Type == PortType.Local))
        {
            _ = Task.Run(() => TakeAsync(port));
        }

        CoreInput[] core =
        [
            .. _settings.Ports.Inputs.Where(static port => port.Type == PortType.Nats)
                .Select(port => new CoreInput(
                    _link,
                    port.OfAll(),
                    new InputBuffer(port.Name, _settings.Egress, _factory.Of(port), Tell, Schedule),
                    _faults,
                    _stop.Token)),
        ];
        Array.ForEach(core, static input => _ = Task.Run(input.RunAsync));
        _subscribed = Task.WhenAll(core.Select(static input => input.Answered));

        if (_settings.Ports.Inputs.All(static port => port.Type == PortType.Local) && _settings.Ports.Control is null)
        {
            // No connection is needed.
            _ = _link.DisposeAsync().AsTask();
            owner.Tell(EgressBusProtocol.Up.Instance, ActorRefs.NoSender);
            return;
        }

        _link.Open();
        _feeds.Watch();
    }

    public void StopReceiving() => _ = _stop.CancelAsync();

    public IAsyncDisposable Feed(InputPortSettings port, PeerName peer, IActorRef delivery, int window) =>
        _feeds.Feed(port, peer, delivery, window);

    public Task<(long Available, IAsyncDisposable Feed)> ReplayAsync(
        InputPortSettings port, PeerName peer, ReplayParams from, IActorRef delivery) => _feeds.ReplayAsync(port, peer, from, delivery);

    public void GiveUp(DeadMessage dead)
    {
        if (_deadLetters is not var (_, letters, port))
        {
            if (_noted.TryAdd(dead.Reason, 0))
            {
                // In a ring of nodes, each message is refused where it started.
                _faults.Note($"the node gave up on messages, the first one on {dead.Message.Subject} to {dead.Peer}: {dead.Reason}; a "
                    + $"port named {PortsSettings.ControlName} publishes each of them as a dead letter");
            }

            dead.Message.Done();
            return;
        }

        if (string.Equals(dead.Message.Subject, port.Subject, StringComparison.Ordinal))
        {
            // A dead letter itself: one for each of them would never end.
            dead.Message.Done();
            return;
        }

        var headers = new NatsHeaders
        {
            [FederationHeaders.Component] = _settings.Name,
            [FederationHeaders.Peer] = dead.Peer,
            [FederationHeaders.Subject] = dead.Message.Subject,
            [FederationHeaders.Reason] = dead.Reason,
            [FederationHeaders.Deliveries] = dead.Sent.ToString(CultureInfo.InvariantCulture),
        };
        letters.Add(port, dead, headers);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_deadLetters is var (shared, _, port))
        {
            port.Close();
            await shared.LeaveAsync();
        }

        await _link.DisposeAsync();
    }

    private void Follow(LinkEvent happened)
    {
        switch (happened)
        {
            case LinkEvent.Up:
                TellUp();
                break;
            case LinkEvent.Down down:
                TellDown(down.Reason);
                break;
            case LinkEvent.CannotOpen cannot:
                TellDown(cannot.Reason);
                break;
            case LinkEvent.Failed failed:
                _faults.Note($"NATS reports: {failed.Error}");
                break;
        }
    }

    /// <summary>Reports the connection as up once the server has also accepted or refused its subscriptions.</summary>
    private void TellUp()
    {
        var losses = Volatile.Read(ref _losses);
        if (_subscribed.IsCompleted)
        {
            Tell(EgressBusProtocol.Up.Instance);
            return;
        }

        _ = _subscribed.ContinueWith(
            _ =>
            {
                lock (_state)
                {
                    if (losses == _losses)
                    {
                        Tell(EgressBusProtocol.Up.Instance);
                    }
                }
            },
            TaskScheduler.Default);
    }

    private void TellDown(string reason)
    {
        lock (_state)
        {
            _losses++;
            Tell(new EgressBusProtocol.Down(reason));
        }
    }

    private static void Schedule(Action run) => ThreadPool.UnsafeQueueUserWorkItem(static run => run(), run, preferLocal: false);

    private void Tell(object message) => _owner.Tell(message, ActorRefs.NoSender);

    private void Report(DeadLetterOutcome outcome, int count, string reason)
    {
        if (count > 0)
        {
            Tell(new EgressBusProtocol.DeadLetters(outcome, count));
        }

        if (outcome != DeadLetterOutcome.Confirmed)
        {
            _faults.Note("dead letters were not confirmed; their messages stay in the stream, which delivers them again after "
                + $"ack_wait: {reason}");
        }
    }

    /// <summary>Passes messages on as fast as the owner takes them in.</summary>
    private async Task TakeAsync(InputPortSettings port)
    {
        var source = new OutboundSource($"msg-{Guid.NewGuid().ToString("N")[^12..]}-");

        // Not disposed: credits may come back after the end.
        var credits = new SemaphoreSlim(Credits);
        long number = 0;
        try
        {
            while (await _local.WaitToReadAsync(_stop.Token))
            {
                await credits.WaitAsync(_stop.Token);
                var batch = new List<OutboundMessage>();
                while (batch.Count < BatchLimit && _local.TryRead(out var message))
                {
                    batch.Add(_factory.Make(source, ++number, message.Subject, headers: null, message.Payload, message.Peer));
                }

                Tell(new EgressBusProtocol.Received(port.Name, batch, new SharedCredit(() => credits.Release())));
            }
        }
        catch (OperationCanceledException)
        {
            // The component ends or drains.
        }
    }
}
