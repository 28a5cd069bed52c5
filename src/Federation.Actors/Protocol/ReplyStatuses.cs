namespace Federation.Actors.Protocol;

/// <summary>The <c>status</c> of a reply, and the label of the metric that counts replies.</summary>
internal static class ReplyStatuses
{
    public const string Ok = "ok";
    public const string Error = "error";

    /// <summary>Only in the metric: the request has ended, by a timeout or an earlier reply.</summary>
    public const string Late = "late";

    /// <summary>Only in the metric: there was no such request.</summary>
    public const string Unknown = "unknown";
}
