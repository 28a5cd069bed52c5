using Federation.Actors.Diagnostics;
using Federation.Actors.Sending;

namespace Federation.Actors.Nats;

/// <summary>
/// The faults of a component's inputs: tells the owner of each change, and knows what the server has refused lately. Thread-safe.
/// </summary>
internal sealed class InputFaults(Action<object> tell)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Port, string Peer), PortFault> _faults = [];

    public void Add(PortFault fault)
    {
        lock (_gate)
        {
            if (_faults.TryGetValue((fault.Port, fault.Peer), out var known) && known == fault)
            {
                return;
            }

            _faults[(fault.Port, fault.Peer)] = fault;
            tell(new EgressBusProtocol.Failed(fault));
        }
    }

    public void Note(string text) => tell(new EgressBusProtocol.Notice(text));

    /// <summary>The client library has dropped a message, because its subscription was full.</summary>
    public void Overflow() => tell(new EgressBusProtocol.Overflowed(1));

    /// <summary>An input works, or nobody wants it to any more.</summary>
    public void Remove(string port, string peer = "")
    {
        lock (_gate)
        {
            if (_faults.Remove((port, peer)))
            {
                tell(new EgressBusProtocol.Recovered(port, peer));
            }
        }
    }
}
