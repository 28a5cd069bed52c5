namespace Federation.Actors;

/// <summary>When a dialling component offers permessage-deflate (RFC 7692).</summary>
public enum ClientCompression
{
    /// <summary>Together with batch frames. Only batch frames are compressed.</summary>
    BatchLinks,

    /// <summary>To every server. Envelopes of 1 KiB or more are compressed as well.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}
