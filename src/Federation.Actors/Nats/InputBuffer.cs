using Federation.Actors.Protocol;
using Federation.Actors.Sending;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>
/// The messages of one input that are not passed on yet: a batch fills while <see cref="NatsEgressBus.Credits"/> others are taken in.
/// Thread-safe.
/// </summary>
/// <remarks>Bounded by <c>queue_size</c> and <c>queue_bytes</c>, as are the messages that wait for one peer. Drops the newest.</remarks>
internal sealed class InputBuffer
{
    /// <summary>A read of the socket brings some hundred messages at once, before anyone can take them.</summary>
    private const int MinCapacity = 1024;

    private readonly Lock _gate = new();
    private readonly OutboundSource _source = new($"msg-{Guid.NewGuid().ToString("N")[^12..]}-");
    private readonly string _port;
    private readonly int _capacity;
    private readonly long _byteCapacity;
    private readonly OutboundFactory _factory;
    private readonly Action<object> _tell;
    private readonly Action<Action> _schedule;
    private readonly Action _handOver;
    private List<OutboundMessage> _filling = [];
    private long _bytes;
    private long _number;
    private int _dropped;
    private int _credits = NatsEgressBus.Credits;
    private bool _isScheduled;

    /// <param name="schedule">Runs an action soon, on another thread.</param>
    public InputBuffer(string port, EgressSettings settings, OutboundFactory factory, Action<object> tell, Action<Action> schedule)
    {
        _schedule = schedule;
        _port = port;
        _capacity = Math.Max(MinCapacity, settings.QueueSize);
        _byteCapacity = settings.QueueBytes;
        _factory = factory;
        _tell = tell;
        _handOver = HandOver;
    }

    public void Add(string subject, NatsHeaders? headers, ReadOnlyMemory<byte> payload)
    {
        var message = _factory.Make(_source, Interlocked.Increment(ref _number), subject, headers, payload);
        lock (_gate)
        {
            if (_filling.Count > 0 && (_filling.Count >= _capacity || _bytes + message.Length > _byteCapacity))
            {
                _dropped++;
            }
            else
            {
                _filling.Add(message);
                _bytes += message.Length;
            }

            if (_isScheduled || _credits == 0)
            {
                return;
            }

            _isScheduled = true;
        }

        // Not at once: the read that has brought this one brings more.
        _schedule(_handOver);
    }

    public void HandOver()
    {
        // Two threads may hand over at the same time: the batches stay in their order.
        lock (_gate)
        {
            _isScheduled = false;
            if (_credits == 0 || _filling.Count == 0)
            {
                return;
            }

            _credits--;
            if (_dropped > 0)
            {
                _tell(new EgressBusProtocol.Overflowed(_dropped));
            }

            _tell(new EgressBusProtocol.Received(_port, _filling, new SharedCredit(Return)));
            (_filling, _bytes, _dropped) = (new List<OutboundMessage>(_filling.Count), 0, 0);
        }
    }

    private void Return()
    {
        lock (_gate)
        {
            _credits++;
        }

        HandOver();
    }
}
