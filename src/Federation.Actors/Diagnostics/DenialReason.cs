namespace Federation.Actors.Diagnostics;

/// <summary>Which limit of its profile a peer has met: values of the <c>reason</c> label of
/// <c>websocket_input_permission_denials_total</c>.</summary>
internal enum DenialReason
{
    /// <summary>A message to a subject that is not permitted.</summary>
    Publish,

    /// <summary>A message or request that is too large.</summary>
    Size,

    Method,

    Replay,

    /// <summary>A message that the peer does not get.</summary>
    Receive,

    /// <summary>A batch of messages that came too fast: the node reads the next one later.</summary>
    Rate,

    /// <summary>A connection that replaced an older one.</summary>
    Connections,
}
