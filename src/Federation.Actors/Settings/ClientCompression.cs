namespace Federation.Actors;

/// <summary>When a dialling component offers permessage-deflate (RFC 7692).</summary>
public enum ClientCompression
{
    /// <summary>Together with batch frames, without compressing envelopes.</summary>
    BatchLinks,

    /// <summary>To every server, also compressing envelopes of 1 KiB or more.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}
