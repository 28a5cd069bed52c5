using System.Text;
using Akka.Actor;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;

namespace Federation.Actors.TestKit;

/// <summary>The stream behind an input of type <c>jetstream</c>: keeps every message, and each peer's position. Thread-safe.</summary>
/// <remarks>A peer's unacked messages are delivered again on its next connection, as by JetStream.</remarks>
internal sealed class StoredInput
{
    private readonly Lock _gate = new();
    private readonly InputPortSettings _port;
    private readonly ComponentSettings _component;
    private readonly OutboundFactory _factory;
    private readonly OutboundSource _source;
    private readonly Func<DateTimeOffset> _now;
    private readonly List<(string Subject, ReadOnlyMemory<byte> Payload, DateTimeOffset Time)> _kept = [];
    private readonly Dictionary<string, StoredPlace> _places = new(StringComparer.Ordinal);
    private readonly List<StoredPlace> _open = [];
    private bool _isAway;
    private int _replays;

    public StoredInput(InputPortSettings port, ComponentSettings component, OutboundFactory factory, Func<DateTimeOffset> now)
    {
        _port = port;
        _component = component;
        _factory = factory;
        _source = new OutboundSource($"{port.Name}-1-");
        _now = now;
    }

    public void Add(string subject, string payload)
    {
        lock (_gate)
        {
            _kept.Add((subject, Encoding.UTF8.GetBytes(payload), _now()));
            GiveOut();
        }
    }

    public void SetAway(bool isAway)
    {
        lock (_gate)
        {
            _isAway = isAway;
            GiveOut();
        }
    }

    public IAsyncDisposable Feed(PeerName peer, IActorRef delivery)
    {
        lock (_gate)
        {
            var name = _component.Mode == ComponentMode.Client && !_port.IsPerPeer ? ""
                : _component.Mode == ComponentMode.Client || peer.Lasting ? peer.Identity : null;
            if (name is null || !_places.TryGetValue(name, out var place))
            {
                var isNew = name is null || _port.Deliver == DeliverPolicy.New;
                place = new StoredPlace(isNew ? _kept.Count + 1 : 1, Takes(peer));
                if (name is not null)
                {
                    _places.Add(name, place);
                }
            }

            place.Open(delivery);
            _open.Add(place);
            GiveOut();
            return new StoredFeed(this, place, delivery);
        }
    }

    public (long Available, IAsyncDisposable Feed) Replay(PeerName peer, ReplayParams from, IActorRef delivery)
    {
        lock (_gate)
        {
            var takes = Takes(peer);
            var first = Math.Max(from.StartSequence ?? 1, from.Count is { } count ? _kept.Count - count + 1 : 1);
            var source = new OutboundSource($"replay-{_port.Name}-{++_replays}-");
            long available = 0;
            for (var number = Math.Max(first, 1); number <= _kept.Count; number++)
            {
                if (takes(number) && (from.StartTime is null || _kept[(int)number - 1].Time.ToUnixTimeMilliseconds() >= from.StartTime))
                {
                    available++;
                    Tell(delivery, Make(source, number, 0, static () => { }, static () => { }));
                }
            }

            return (available, new StoredFeed(this, new StoredPlace(_kept.Count + 1, takes), delivery));
        }
    }

    public void Close(StoredPlace place, IActorRef delivery)
    {
        lock (_gate)
        {
            if (place.TryClose(delivery))
            {
                _open.Remove(place);
            }
        }
    }

    private static void Tell(IActorRef delivery, StoredMessage message) =>
        delivery.Tell(new EgressBusProtocol.Stored([message]), ActorRefs.NoSender);

    /// <summary>Whether a message, by its number, is for a peer.</summary>
    private Func<long, bool> Takes(PeerName peer)
    {
        _ = SubjectPattern.TryParse(_port.Of(peer.Identity).Subject, out var pattern);
        return number => pattern!.Matches(_kept[(int)number - 1].Subject);
    }

    private void GiveOut()
    {
        foreach (var place in _isAway ? [] : _open)
        {
            while (place.Next(_kept.Count, _component.Egress.WindowOf(isBatching: false)) is { } number)
            {
                Tell(place.Delivery, Make(_source, number, place.Times(number) - 1, () => End(place, number, isDone: true), () => End(
                    place, number, isDone: false)));
            }
        }
    }

    private void End(StoredPlace place, long number, bool isDone)
    {
        lock (_gate)
        {
            place.End(number, isDone);
            GiveOut();
        }
    }

    private StoredMessage Make(OutboundSource source, long number, int delivered, Action done, Action back)
    {
        var (subject, payload, _) = _kept[(int)number - 1];
        var facts = _factory.Read(headers: null);
        return new StoredMessage(done, back)
        {
            Source = source,
            Number = number,
            Subject = subject,
            Payload = payload,
            Via = facts.Via,
            ShowsSubject = _factory.ShowsSubject,
            Delivered = delivered,
        };
    }
}

internal sealed class StoredFeed(StoredInput stream, StoredPlace place, IActorRef delivery) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        stream.Close(place, delivery);
        return default;
    }
}

internal sealed class StoredMessage(Action done, Action back) : OutboundMessage
{
    public override bool IsStored => true;

    public override void Done() => done();

    public override void Return() => back();
}

/// <summary>A peer's position in a stream. Not thread-safe.</summary>
internal sealed class StoredPlace(long first, Func<long, bool> takes)
{
    private readonly HashSet<long> _done = [];
    private readonly HashSet<long> _underWay = [];
    private readonly Dictionary<long, int> _times = [];

    public IActorRef Delivery { get; private set; } = ActorRefs.Nobody;

    public void Open(IActorRef delivery)
    {
        Delivery = delivery;
        _underWay.Clear();
    }

    /// <returns>False when another delivery has replaced it.</returns>
    public bool TryClose(IActorRef delivery)
    {
        if (!Delivery.Equals(delivery))
        {
            return false;
        }

        Delivery = ActorRefs.Nobody;
        _underWay.Clear();
        return true;
    }

    /// <summary>The next message to deliver, which is in flight from now on; null when there is none, or the maximum is in
    /// flight.</summary>
    public long? Next(long last, int most)
    {
        for (var number = first; number <= last && _underWay.Count < most; number++)
        {
            if (!_done.Contains(number) && takes(number) && _underWay.Add(number))
            {
                _times[number] = Times(number) + 1;
                return number;
            }
        }

        return null;
    }

    public int Times(long number) => _times.GetValueOrDefault(number);

    public void End(long number, bool isDone)
    {
        _underWay.Remove(number);
        if (isDone)
        {
            _done.Add(number);
        }
    }
}
