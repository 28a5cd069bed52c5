using System.Net;
using System.Net.Sockets;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Security;

/// <summary>Counts wrong credentials per address, against guessing. Thread-safe.</summary>
/// <remarks>A minute begins with an address's first failure; after too many the address is refused for the rest of it. An IPv6 address
/// counts as its /64 network, since one client may use all of it. At the maximum of addresses a new one replaces the one whose minute
/// ends first. (System.Threading.RateLimiting's partitions have no such bound, and no clock for tests.)</remarks>
internal sealed class FailureThrottle(int maxFailures, TimeProvider? time = null)
{
    /// <summary>About 1 MiB. An attacker with more addresses needs no second attempt from each.</summary>
    public const int MaxAddresses = 10_000;

    private const int Ipv6NetworkBytes = 8;

    private readonly TimeSpan _window = TimeSpan.FromMinutes(1);
    private readonly TimeProvider _time = time ?? Clock.System.Time;
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Failures> _addresses = [];

    /// <summary>By the end of their minute, soonest first.</summary>
    private readonly Queue<(IPAddress Address, long Start)> _ends = new();

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _addresses.Count;
            }
        }
    }

    /// <summary>How long the address is refused; null when it may try.</summary>
    public TimeSpan? RetryAfter(IPAddress? address)
    {
        lock (_gate)
        {
            Forget();
            return _addresses.TryGetValue(Key(address), out var failures) && failures.Count >= maxFailures
                ? _window - _time.GetElapsedTime(failures.Start)
                : null;
        }
    }

    public void Add(IPAddress? address)
    {
        if (maxFailures == 0)
        {
            return;
        }

        lock (_gate)
        {
            Forget();
            var key = Key(address);
            if (!_addresses.TryGetValue(key, out var failures))
            {
                if (_addresses.Count == MaxAddresses)
                {
                    _addresses.Remove(_ends.Dequeue().Address);
                }

                failures = new Failures(_time.GetTimestamp(), 0);
                _ends.Enqueue((key, failures.Start));
            }

            _addresses[key] = failures with { Count = failures.Count + 1 };
        }
    }

    private void Forget()
    {
        while (_ends.TryPeek(out var first) && _time.GetElapsedTime(first.Start) >= _window)
        {
            _addresses.Remove(_ends.Dequeue().Address);
        }
    }

    private static IPAddress Key(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var network = address.GetAddressBytes();
        network.AsSpan(Ipv6NetworkBytes).Clear();
        return new IPAddress(network);
    }

    private readonly record struct Failures(long Start, int Count);
}
