using System.Net;

namespace Federation.Actors.Sockets.Server;

/// <summary>The addresses of proxies whose word counts for who is behind them. Immutable and thread-safe.</summary>
internal sealed class TrustedProxies
{
    /// <param name="entries">Addresses and networks, such as <c>10.0.0.5</c> and <c>10.0.0.0/8</c>.</param>
    public TrustedProxies(IEnumerable<string> entries) => Networks = [.. entries.Select(Parse)];

    /// <summary>The networks; an address is one of its own.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; }

    /// <summary>Whether an address is one of a trusted proxy.</summary>
    public bool Contains(IPAddress? address)
    {
        if (address is null)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in Networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    private static IPNetwork Parse(string entry) =>
        entry.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(entry)
        : IPAddress.Parse(entry) is var address && address.GetAddressBytes().Length == 4 ? new IPNetwork(address, 32) : new IPNetwork(address, 128);
}
