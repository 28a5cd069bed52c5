using Federation.Actors.Protocol;

namespace Federation.Actors.Diagnostics;

internal static class ErrorTypes
{
    public const string ParseError = "parse_error";
    public const string UnknownType = "unknown_type";
    public const string MissingId = "missing_id";
    public const string RequestWithoutId = "request_without_id";
    public const string InvalidUtf8 = "invalid_utf8";
    public const string ProtocolError = "protocol_error";
    public const string MessageTooBig = "message_too_big";
    public const string ProtocolAbuse = "protocol_abuse";
    public const string AuthFailed = "auth_failed";
    public const string AuthThrottled = "auth_throttled";
    public const string OriginRejected = "origin_rejected";
    public const string NameRefused = "name_refused";
    public const string ConnectionRefused = "connection_refused";
    public const string SendQueueFull = "send_queue_full";
    public const string ConnectionFailed = "connection_failed";
    public const string DialFailed = "dial_failed";
    public const string NotPermitted = NackReasons.NotPermitted;
    public const string PublishFailed = NackReasons.PublishFailed;
    public const string ReceiveMemoryFull = "receive_memory_full";
    public const string Unanswered = "unanswered";
    public const string MessageFailed = "message_failed";
    public const string ControlNotPublished = "control_not_published";
}
