using Federation.Actors.Diagnostics;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Federation.Actors.Nats;

/// <summary>Why a stream or one of its consumers cannot be used, and what to do. Its message is part of a sentence.</summary>
/// <param name="reason">What is wrong.</param>
/// <param name="remedy">What an operator can do.</param>
/// <param name="needsChange">As in <see cref="PortFault"/>.</param>
internal sealed class StreamProblem(string reason, string remedy, bool needsChange) : Exception(reason)
{
    private const string Waits = "it is tried again";

    /// <summary>What an operator can do.</summary>
    public string Remedy { get; } = remedy;

    /// <inheritdoc cref="PortFault.NeedsChange" />
    public bool NeedsChange { get; } = needsChange;

    /// <summary>Reads what the client library has thrown.</summary>
    /// <param name="error">The exception.</param>
    /// <param name="refusal">What the server has refused meanwhile; null: nothing.</param>
    public static StreamProblem Of(Exception error, string? refusal) => error switch
    {
        StreamProblem problem => problem,
        NatsJSApiException { Error: var answer } => Of(answer.ErrCode, answer.Code, $"NATS says: {answer.Description}"),
        _ when refusal is not null => new($"NATS says: {refusal}", "grant the node's NATS user the rights that the documentation lists for its role", needsChange: true),
        NatsNoRespondersException or NatsJSApiNoResponseException or NatsNoReplyException =>
            new("JetStream does not answer", "look whether JetStream is enabled for this account and the cluster has a leader", needsChange: false),
        _ => new(error.GetBaseException().Message.TrimEnd('.'), Waits, needsChange: false),
    };

    /// <remarks>The numbers are those of nats-server, server/errors.json; they are part of its API.</remarks>
    private static StreamProblem Of(int number, int code, string text) => number switch
    {
        10059 => new(text, "create the stream or correct the setting stream of the input", needsChange: true),
        10026 => new(text, "raise max_consumers of the stream or the account, or delete consumers that nobody uses", needsChange: false),
        10039 or 10076 => new(text, "enable JetStream for this account", needsChange: true),
        10099 or 10100 => new(text, "use a stream with limits or interest retention, or connect one peer only", needsChange: true),
        10101 => new(text, "set deliver = all, which a work queue stream needs", needsChange: true),
        _ => new(text, code is >= 400 and < 500 ? "compare the settings of the input with the stream and its limits" : Waits, code is >= 400 and < 500),
    };
}
