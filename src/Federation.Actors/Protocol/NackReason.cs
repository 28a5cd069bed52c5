namespace Federation.Actors.Protocol;

/// <summary>Why a data envelope was not published: the <c>reason</c> of a nack.</summary>
internal enum NackReason : byte
{
    PublishFailed,

    QueueFull,

    TooLarge,

    MissingPayload,

    /// <summary>The message was here before, or has passed too many nodes.</summary>
    Loop,

    ShuttingDown,

    NotPermitted,
}

internal static class NackReasons
{
    public const string PublishFailed = "publish_failed";
    public const string QueueFull = "queue_full";
    public const string TooLarge = "too_large";
    public const string MissingPayload = "missing_payload";
    public const string Loop = "loop";
    public const string ShuttingDown = "shutting_down";
    public const string NotPermitted = "not_permitted";

    public static readonly IReadOnlyList<NackReason> All = Enum.GetValues<NackReason>();

    public static string Name(NackReason reason) => reason switch
    {
        NackReason.PublishFailed => PublishFailed,
        NackReason.QueueFull => QueueFull,
        NackReason.TooLarge => TooLarge,
        NackReason.MissingPayload => MissingPayload,
        NackReason.Loop => Loop,
        NackReason.NotPermitted => NotPermitted,
        _ => ShuttingDown,
    };

    public static string Sentence(NackReason reason) => reason switch
    {
        NackReason.PublishFailed => "the bus refused the message",
        NackReason.QueueFull => "the queue is full",
        NackReason.TooLarge => "the payload exceeds the maximum of the bus",
        NackReason.MissingPayload => "a data envelope needs a payload",
        NackReason.Loop => "the message has already passed through this node",
        NackReason.NotPermitted => "the subject is not permitted",
        _ => "the node is shutting down",
    };
}

internal sealed record Refusal(EnvelopeBatch Batch, int Index, NackReason Reason, string Error);
