namespace Federation.Actors;

/// <summary>How a peer proves who it is, or how this node proves it when it dials.</summary>
public enum AuthType
{
    /// <summary>No credentials. Spelled <c>none</c>.</summary>
    None,

    /// <summary>A token in the <c>Authorization: Bearer</c> header (RFC 6750). Spelled <c>bearer</c>.</summary>
    Bearer,

    /// <summary>A user name and a password in the <c>Authorization: Basic</c> header (RFC 7617). Spelled <c>basic</c>.</summary>
    Basic,
}
