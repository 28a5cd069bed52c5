namespace Federation.Actors.Diagnostics;

/// <summary>Values of the <c>status</c> label of <c>websocket_input_replies_received_total</c>.</summary>
internal static class ReplyStatuses
{
    public const string Ok = "ok";
    public const string Error = "error";

    /// <summary>Of a request that is over: too late, or a second time.</summary>
    public const string Late = "late";

    /// <summary>Of a request that was never made.</summary>
    public const string Unknown = "unknown";
}
