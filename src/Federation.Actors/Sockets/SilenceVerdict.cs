namespace Federation.Actors.Sockets;

/// <summary>What a <see cref="SilenceWatch"/> says about a connection.</summary>
internal enum SilenceVerdict
{
    /// <summary>Nothing to do.</summary>
    Fine,

    /// <summary>Silent for so long that the peer is asked whether it is there.</summary>
    Ping,

    /// <summary>Asked, and no byte came in time.</summary>
    Gone,
}
