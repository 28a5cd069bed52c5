using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Federation.Actors.Receiving;

/// <summary>Connects a component's messages with their consumers in this process. Outlives both. Thread-safe.</summary>
internal sealed class LocalPort
{
    /// <summary>Messages that wait for a consumer: enough to keep it busy; further ones wait in the component's queue.</summary>
    private const int Capacity = 256;

    private readonly Lock _lock = new();
    private readonly Channel<LocalDelivery> _shared = NewChannel();
    private List<LocalConsumer> _consumers = [];
    private LocalBus? _bus;

    public LocalDeliveryMode Mode { get; set; }

    public void Connect(LocalBus bus)
    {
        bool ready;
        lock (_lock)
        {
            _bus = bus;
            ready = _consumers.Count > 0;
        }

        if (ready)
        {
            bus.Open();
        }
    }

    public void Disconnect(LocalBus bus)
    {
        lock (_lock)
        {
            if (_bus == bus)
            {
                _bus = null;
            }
        }
    }

    public LocalConsumer Attach()
    {
        LocalBus? bus;
        LocalConsumer consumer;
        lock (_lock)
        {
            consumer = new LocalConsumer(Mode == LocalDeliveryMode.All ? NewChannel() : _shared);
            _consumers = [.. _consumers, consumer];
            bus = _consumers.Count == 1 ? _bus : null;
        }

        bus?.Open();
        return consumer;
    }

    /// <summary>Unanswered messages of the consumer are delivered again.</summary>
    public void Detach(LocalConsumer consumer)
    {
        LocalBus? bus;
        string reason;
        lock (_lock)
        {
            _consumers = [.. _consumers.Where(other => other != consumer)];
            bus = _consumers.Count == 0 || consumer.OwesAnswers || Mode == LocalDeliveryMode.All ? _bus : null;
            reason = _consumers.Count == 0 ? "there is no consumer" : "a consumer has stopped; its unanswered messages are delivered again";
        }

        bus?.Close(reason);
    }

    public IReadOnlyList<Channel<LocalDelivery>> Targets()
    {
        lock (_lock)
        {
            return Mode == LocalDeliveryMode.All ? _consumers.ConvertAll(static consumer => consumer.Deliveries) : [_shared];
        }
    }

    private static Channel<LocalDelivery> NewChannel() => Channel.CreateBounded<LocalDelivery>(Capacity);
}

/// <summary>The ports of type <c>local</c> of a node, by component. A consumer may start before its component. Thread-safe.</summary>
internal sealed class LocalPorts
{
    private readonly ConcurrentDictionary<string, LocalPort> _ports = new(StringComparer.Ordinal);

    public LocalPort this[string component] => _ports.GetOrAdd(component, static _ => new LocalPort());
}

internal sealed class LocalConsumer(Channel<LocalDelivery> deliveries)
{
    private int _unanswered;

    /// <summary>Shared by all consumers where they share messages.</summary>
    public Channel<LocalDelivery> Deliveries { get; } = deliveries;

    public bool OwesAnswers => Volatile.Read(ref _unanswered) > 0;

    public ReceivedAck Take(LocalDelivery delivery)
    {
        Interlocked.Increment(ref _unanswered);
        return new ReceivedAck(delivery, this);
    }

    public void Answered() => Interlocked.Decrement(ref _unanswered);
}

internal sealed class LocalDelivery(LocalBus bus, long group, int index, ReceivedMessage message, int consumers)
{
    private int _missing = consumers;

    public ReceivedMessage Message { get; } = message;

    /// <summary>False once the bus is abandoned: the message comes again from another one.</summary>
    public bool IsWanted => !bus.IsAbandoned;

    /// <summary>A refusal by one consumer refuses the message.</summary>
    public void Answer(in PubAck answer)
    {
        if (Interlocked.Decrement(ref _missing) == 0 || answer.Outcome == PubAckOutcome.Refused)
        {
            bus.Answer(group, index, answer);
        }
    }
}
