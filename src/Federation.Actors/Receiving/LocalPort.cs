using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Federation.Actors.Receiving;

/// <summary>Where a component's messages meet their consumers in this process. Outlives both.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LocalPort
{
    /// <summary>Messages that wait for a consumer: enough to keep it busy; what does not fit waits in the component's queue.</summary>
    private const int Capacity = 256;

    private readonly Lock _lock = new();
    private readonly Channel<LocalDelivery> _shared = NewChannel();
    private List<LocalConsumer> _consumers = [];
    private LocalBus? _bus;

    /// <summary>Whether each consumer gets every message, or each message one consumer.</summary>
    public LocalDeliveryMode Mode { get; set; }

    /// <summary>Connects a component's bus; it is told when there is a first consumer, or at once.</summary>
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

    /// <summary>Disconnects a bus, unless another one has come since.</summary>
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

    /// <summary>Removes a consumer. What it has not answered is delivered again.</summary>
    public void Detach(LocalConsumer consumer)
    {
        LocalBus? bus;
        string reason;
        lock (_lock)
        {
            _consumers = [.. _consumers.Where(other => other != consumer)];
            bus = _consumers.Count == 0 || consumer.OwesAnswers || Mode == LocalDeliveryMode.All ? _bus : null;
            reason = _consumers.Count == 0 ? "there is no consumer" : "a consumer has ended, and what it has not answered comes again";
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

/// <summary>
/// The ports of type <c>local</c> of a node, by component. A consumer may come before the component, or the other way round.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LocalPorts
{
    private readonly ConcurrentDictionary<string, LocalPort> _ports = new(StringComparer.Ordinal);

    public LocalPort this[string component] => _ports.GetOrAdd(component, static _ => new LocalPort());
}

/// <summary>One running stream that takes messages from a <see cref="LocalPort"/>.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LocalConsumer(Channel<LocalDelivery> deliveries)
{
    private int _unanswered;

    /// <summary>What comes to it; where consumers share, all have the same.</summary>
    public Channel<LocalDelivery> Deliveries { get; } = deliveries;

    /// <summary>True when it has taken messages that it has not answered.</summary>
    public bool OwesAnswers => Volatile.Read(ref _unanswered) > 0;

    public ReceivedAck Take(LocalDelivery delivery)
    {
        Interlocked.Increment(ref _unanswered);
        return new ReceivedAck(delivery, this);
    }

    public void Answered() => Interlocked.Decrement(ref _unanswered);
}

/// <summary>One message on its way to the consumers in this process.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LocalDelivery(LocalBus bus, long group, int index, ReceivedMessage message, int consumers)
{
    private int _missing = consumers;

    public ReceivedMessage Message { get; } = message;

    /// <summary>False once the bus is abandoned: the message comes again from another one.</summary>
    public bool IsWanted => !bus.IsAbandoned;

    /// <summary>One consumer's answer; a refusal by any is one by all.</summary>
    public void Answer(in PubAck answer)
    {
        if (Interlocked.Decrement(ref _missing) == 0 || answer.Outcome == PubAckOutcome.Refused)
        {
            bus.Answer(group, index, answer);
        }
    }
}
