namespace Federation.Actors.TestKit;

/// <summary>The requests and services on a component's bus. Thread-safe.</summary>
internal sealed class TestRequests(FederationTestKit kit, string component)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _peers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TestAnswer> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<string, string>> _services = new(StringComparer.Ordinal);
    private int _asked;

    public TestAnswer Ask(MemoryControlBus? bus, string peer, string payload)
    {
        lock (_gate)
        {
            if (bus is null)
            {
                throw new InvalidOperationException(
                    $"{component} takes no requests on its bus: it has no output named ws_control, or bidirectional.enabled is off");
            }

            if (!_peers.Contains(peer))
            {
                throw new InvalidOperationException(
                    $"{component} has no peer {peer} that takes requests; it has "
                    + $"{(_peers.Count == 0 ? "none" : string.Join(", ", _peers))}");
            }

            var answer = new TestAnswer(kit, $"{payload} of {peer}");
            var replyTo = $"_INBOX.{++_asked}";
            _open.Add(replyTo, answer);
            bus.Ask(peer, replyTo, payload);
            return answer;
        }
    }

    public void Answer(string method, Func<string, string> answer)
    {
        lock (_gate)
        {
            _services[method] = answer;
        }
    }

    public void Offer(string peer)
    {
        lock (_gate)
        {
            _peers.Add(peer);
        }
    }

    public void Withdraw(string peer)
    {
        lock (_gate)
        {
            _peers.Remove(peer);
        }
    }

    public bool TryAnswer(string replyTo, string payload)
    {
        lock (_gate)
        {
            if (_open.Remove(replyTo, out var answer))
            {
                answer.Add(payload);
            }

            return true;
        }
    }

    /// <summary>Null without a service for the method.</summary>
    public string? Serve(string method, string payload)
    {
        Func<string, string>? service;
        lock (_gate)
        {
            service = _services.GetValueOrDefault(method);
        }

        return service?.Invoke(payload);
    }
}
