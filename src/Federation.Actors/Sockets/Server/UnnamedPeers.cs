using Federation.Actors.Configuration;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sockets.Server;

/// <summary>Names the peers that have none: <c>client-1</c>, <c>client-2</c> and so on.</summary>
/// <remarks>Thread-safe. All components of a node share one: a message is held back from the peer that it came from, and two peers of one name
/// would be taken for each other.</remarks>
internal sealed class UnnamedPeers
{
    private int _count;

    /// <summary>A name that no other has got.</summary>
    public string Next() => $"{NodeName.GeneratedPrefix}{Interlocked.Increment(ref _count)}";
}
