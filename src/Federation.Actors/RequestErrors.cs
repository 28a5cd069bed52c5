using Federation.Actors.Protocol;

namespace Federation.Actors;

/// <summary>The codes of error replies and of <c>PeerRequestException</c>. A peer or a NATS service may use other codes.</summary>
public static class RequestErrors
{
    /// <summary>The request is malformed; the message contains the found and the expected value.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>The parameters of the method are wrong.</summary>
    public const string InvalidParams = "invalid_params";

    /// <summary>No service answers the method.</summary>
    public const string UnknownMethod = "unknown_method";

    /// <summary>Requests are disabled, or the method is only available on a side that sends data.</summary>
    public const string NotSupported = "not_supported";

    /// <summary>The profile of the peer does not permit the method.</summary>
    public const string NotPermitted = NackReasons.NotPermitted;

    /// <summary>No peer with this name is connected.</summary>
    public const string UnknownPeer = "unknown_peer";

    /// <summary>The node has no such component.</summary>
    public const string UnknownComponent = "unknown_component";

    /// <summary><c>max_concurrent_requests</c> requests are in flight on the connection.</summary>
    public const string TooManyRequests = "too_many_requests";

    /// <summary>There was no reply in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>The connection ended before the reply arrived.</summary>
    public const string ConnectionLost = "connection_lost";

    /// <summary>The request or reply is too large for its destination.</summary>
    public const string TooLarge = "too_large";

    /// <summary>The reply is malformed.</summary>
    public const string InvalidReply = "invalid_reply";

    /// <summary>The node failed to process the request or its reply; its log contains the cause.</summary>
    public const string InternalError = "internal_error";

    /// <summary>NATS is unavailable, or did not accept the request.</summary>
    public const string BusUnavailable = "bus_unavailable";
}
