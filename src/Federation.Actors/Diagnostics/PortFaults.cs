
namespace Federation.Actors.Diagnostics;

/// <summary>The faults of one component's ports with their age. Not thread-safe.</summary>
internal sealed class PortFaults
{
    // Keeps ports that work again: a port that flaps is logged no more often than one that stays down.
    private readonly EventGate<string, ValueTuple> _gate = new(static _ => TimeSpan.FromMinutes(1));
    private readonly Dictionary<string, Port> _ports = new(StringComparer.Ordinal);

    /// <summary>True while a port cannot work for any peer until a configuration changes.</summary>
    public bool BlocksReady => _ports.Values.Any(static port => port.Faults.TryGetValue("", out var fault) && fault.NeedsChange);

    /// <returns>False when the fault was known.</returns>
    public bool Add(PortFault fault, TimeSpan now)
    {
        if (!_ports.TryGetValue(fault.Port, out var port))
        {
            _ports[fault.Port] = port = new Port();
        }

        if (port.Faults.TryGetValue(fault.Peer, out var known) && known == fault)
        {
            return false;
        }

        port.Since = port.Faults.Count == 0 ? now : port.Since;
        port.Faults[fault.Peer] = fault;
        return true;
    }

    /// <returns>False when there was none.</returns>
    public bool Remove(string port, string peer) => _ports.TryGetValue(port, out var found) && found.Faults.Remove(peer);

    /// <summary>The ports end: nothing is known of them any more, and no recovery is logged.</summary>
    public void Clear()
    {
        foreach (var port in _ports.Values)
        {
            port.Faults.Clear();
            port.IsLogged = false;
        }
    }

    public int Count(string port) => _ports.TryGetValue(port, out var found) ? found.Faults.Count : 0;

    /// <summary>One view for each faulty port, those that need a change first.</summary>
    public IReadOnlyList<ComponentState.FaultView> Views(TimeSpan now) =>
    [
        .. _ports.Values.Where(static port => port.Faults.Count > 0).Select(port => View(port, now))
            .OrderBy(static view => view.NeedsChange ? 0 : 1).ThenBy(static view => view.Port, StringComparer.Ordinal),
    ];

    /// <summary>Logs each faulty port once a minute, and its recovery once.</summary>
    /// <param name="now">By the monotonic clock.</param>
    public void Log(TimeSpan now, Func<bool, string, bool> write)
    {
        foreach (var (name, port) in _ports)
        {
            if (port.Faults.Count == 0)
            {
                port.IsLogged = port.IsLogged && !write(false, $"port {name} works again");
            }
            else if (_gate.IsDue(name, now) && write(true, View(port, now).Text))
            {
                port.IsLogged = _gate.TryPass(name, default, now, out _);
            }
        }
    }

    private static ComponentState.FaultView View(Port port, TimeSpan now)
    {
        var fault = port.Faults.TryGetValue("", out var all) ? all : port.Faults.Values.First();
        return new(
            fault.Port, fault.Target, fault.Peer.Length > 0
                ? fault.Peer : null, port.Faults.Count, fault.Reason, fault.Remedy, all is { NeedsChange: true },
            Math.Max(0, Math.Round((now - port.Since).TotalSeconds, 1)));
    }

    private sealed class Port
    {
        /// <summary>By peer; empty: all peers.</summary>
        public Dictionary<string, PortFault> Faults { get; } = new(StringComparer.Ordinal);

        public TimeSpan Since { get; set; }

        /// <summary>The last line in the log reports the fault.</summary>
        public bool IsLogged { get; set; }
    }
}
