using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Federation.Actors.Nats;

/// <summary>Why a stream or one of its consumers cannot be used, and the remedy. The message is part of a sentence.</summary>
internal sealed class StreamProblem(string reason, string remedy, bool needsChange) : Exception(reason)
{
    private const string Waits = "the node retries";

    public string Remedy { get; } = remedy;

    public bool NeedsChange { get; } = needsChange;

    public static StreamProblem Of(Exception error, string? refusal) => error switch
    {
        StreamProblem problem => problem,
        NatsJSApiException { Error: var answer } => Of(answer.ErrCode, answer.Code, $"NATS reports: {answer.Description}"),
        _ when refusal is not null => new(
            $"NATS reports: {refusal}", "grant the node's NATS user the permissions that the documentation lists for its "
            + "role", needsChange: true),
        NatsNoRespondersException or NatsJSApiNoResponseException or NatsNoReplyException =>
            new("JetStream does not answer",
                "check that JetStream is enabled for this account and that the cluster has a leader", needsChange: false),
        _ => new(error.GetBaseException().Message.TrimEnd('.'), Waits, needsChange: false),
    };

    private static StreamProblem Of(int number, int code, string text) => number switch
    {
        NatsErrors.StreamNotFound => new(text, "create the stream or correct the setting stream of the input", needsChange: true),
        NatsErrors.TooManyConsumers =>
            new(text, "raise max_consumers of the stream or the account, or delete unused consumers", needsChange: false),
        NatsErrors.NotEnabledForAccount or NatsErrors.NotEnabled => new(text, "enable JetStream for this account", needsChange: true),
        NatsErrors.WorkQueueHasConsumer or NatsErrors.WorkQueueConsumersOverlap =>
            new(text, "use a stream with limits or interest retention, or connect one peer only", needsChange: true),
        NatsErrors.WorkQueueDeliversAll => new(text, "set deliver = all, which a work queue stream needs", needsChange: true),
        _ => new(text, code is >= 400 and < 500 ? "compare the settings of the input with the stream and its limits" : Waits,
            code is >= 400 and < 500),
    };
}
