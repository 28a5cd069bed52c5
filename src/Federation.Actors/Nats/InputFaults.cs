using Federation.Actors.Diagnostics;
using Federation.Actors.Sending;

namespace Federation.Actors.Nats;

/// <summary>The faults of a component's inputs and recent refusals of the server. Notifies the owner of each change.
/// Thread-safe.</summary>
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

    /// <summary>The headers of a message cannot be parsed, or only the first of them.</summary>
    public void NoteHeaders(string port, string reason) => tell(new EgressBusProtocol.HeadersUnreadable(port, reason));

    /// <summary>The input works, or is no longer needed.</summary>
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
