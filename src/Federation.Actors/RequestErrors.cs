namespace Federation.Actors;

/// <summary>The codes of error replies and of <c>PeerRequestException</c>; a peer or a NATS responder may use others.</summary>
public static class RequestErrors
{
    /// <summary>The request cannot be read; the message says what was found and what was expected.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>The method is known, its parameters are not right.</summary>
    public const string InvalidParams = "invalid_params";

    /// <summary>Nobody knows the method.</summary>
    public const string UnknownMethod = "unknown_method";

    /// <summary>The method is known, but not to a side that does not send data.</summary>
    public const string NotSupported = "not_supported";

    /// <summary>No peer of this name is connected.</summary>
    public const string UnknownPeer = "unknown_peer";

    /// <summary>The node has no such component.</summary>
    public const string UnknownComponent = "unknown_component";

    /// <summary>As many requests as <c>max_concurrent_requests</c> allows are under way on the connection.</summary>
    public const string TooManyRequests = "too_many_requests";

    /// <summary>There was no reply in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>The connection ended before the reply came.</summary>
    public const string ConnectionLost = "connection_lost";

    /// <summary>A request or reply is larger than where it has to go takes.</summary>
    public const string TooLarge = "too_large";

    /// <summary>A reply came that is no reply.</summary>
    public const string InvalidReply = "invalid_reply";

    /// <summary>The node failed on the request or its reply; its log says how.</summary>
    public const string InternalError = "internal_error";

    /// <summary>NATS is away, or has not taken the request.</summary>
    public const string BusUnavailable = "bus_unavailable";
}
