namespace Federation.Actors;

/// <summary>When a dialling component offers permessage-deflate (RFC 7692).</summary>
public enum ClientCompression
{
    /// <summary>Together with batch frames, if connecting to the server takes 10 ms or more. On faster links, compression costs more time
    /// than it saves. Envelopes are not compressed.</summary>
    Auto,

    /// <summary>To every server, also compressing envelopes of 1 KiB or more.</summary>
    Always,

    /// <summary>To no server.</summary>
    Never,
}
