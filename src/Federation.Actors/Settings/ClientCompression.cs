namespace Federation.Actors;

/// <summary>When a dialling component offers permessage-deflate (RFC 7692).</summary>
public enum ClientCompression
{
    /// <summary>Together with batch frames, not for envelopes, if connecting to the server takes 10 ms or more: on faster links,
    /// compression costs more time than it saves.</summary>
    Auto,

    /// <summary>To every server, also compressing envelopes of 1 KiB or more.</summary>
    Always,

    /// <summary>To no server.</summary>
    Never,
}
