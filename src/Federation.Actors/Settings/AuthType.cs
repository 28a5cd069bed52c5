namespace Federation.Actors;

/// <summary>How a peer authenticates, or how this node authenticates when it dials.</summary>
public enum AuthType
{
    /// <summary>No credentials.</summary>
    None,

    /// <summary>A token in the <c>Authorization: Bearer</c> header (RFC 6750).</summary>
    Bearer,

    /// <summary>A user name and a password in the <c>Authorization: Basic</c> header (RFC 7617).</summary>
    Basic,
}
