using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The header <c>Federation-Via</c>: the nodes a message has passed; protocol page, section "Loop prevention and identity".</summary>
internal static class ViaHeader
{
    public const string Name = "Federation-Via";
    public const string PeerName = "Federation-Peer";

    /// <summary>The nodes in a header, and this one behind them unless it is the last already. What is no name of a node is passed over.</summary>
    /// <param name="header">Names between commas; null: none.</param>
    /// <param name="nodeId">This node.</param>
    public static IReadOnlyList<string> Read(string? header, string nodeId)
    {
        if (string.IsNullOrEmpty(header))
        {
            return [nodeId];
        }

        List<string> via = [.. header.Split(',', StringSplitOptions.TrimEntries).Where(NodeName.IsValid)];
        if (via.Count == 0 || !string.Equals(via[^1], nodeId, StringComparison.Ordinal))
        {
            via.Add(nodeId);
        }

        return via;
    }
}
