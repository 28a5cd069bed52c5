namespace Federation.Actors.Protocol;

/// <summary>The headers that a node writes and reads; protocol page, sections "Loop prevention and identity" and "Control plane". The
/// trace is in <see cref="TraceParent.Name"/>.</summary>
internal static class FederationHeaders
{
    public const string Origin = "Federation-Origin";

    public const string Via = "Federation-Via";

    public const string Peer = "Federation-Peer";
    public const string RequestId = "Federation-Request-Id";
    public const string Method = "Federation-Method";

    public const string MessageId = "Nats-Msg-Id";

    // How a NATS micro service reports an error.
    public const string ServiceError = "Nats-Service-Error";
    public const string ServiceErrorCode = "Nats-Service-Error-Code";

    /// <summary>In the WebSocket handshake: a peer's lasting name.</summary>
    public const string HandshakePeer = "X-Federation-Peer";

    // Of dead letters.
    public const string Component = "Federation-Component";
    public const string Subject = "Federation-Subject";
    public const string Reason = "Federation-Reason";
    public const string Deliveries = "Federation-Deliveries";

    /// <summary>The nodes in a <see cref="Via"/> header, with this node as the last, without invalid names.</summary>
    public static IReadOnlyList<string> ReadVia(string? header, string nodeId)
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
