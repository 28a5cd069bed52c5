using System.Diagnostics;
using System.Text.Json;
using Akka.Actor;
using Federation.Actors.Correlation;
using Federation.Actors.Messages;
using Federation.Actors.Wire;

namespace Federation.Actors.Hosting;

/// <summary>The node behind <see cref="IFederation"/>.</summary>
internal sealed class FederationNode(IActorRef supervisor) : IFederation
{
    /// <inheritdoc />
    public async Task<JsonElement> RequestAsync(
        string component, string peer, string method, object? parameters = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(component);
        ArgumentException.ThrowIfNullOrEmpty(peer);
        ArgumentNullException.ThrowIfNull(method);
        if (ControlPayload.MethodFault(method) is { } fault)
        {
            throw new ArgumentException($"the method {fault}; expected {ControlPayload.ExpectedMethod}", nameof(method));
        }

        if (timeout <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "a timeout is longer than nothing");
        }

        cancellationToken.ThrowIfCancellationRequested();
        var json = parameters is null ? default(ReadOnlyMemory<byte>) : JsonSerializer.SerializeToUtf8Bytes(parameters);
        IActorRef caller = ActorRefs.Nobody;
        var traceParent = Activity.Current?.Id;
        RequestOutcome outcome;
        try
        {
            // The component bounds the wait: there is always an outcome, unless the node ends.
            outcome = await supervisor.Ask<RequestOutcome>(
                self =>
                {
                    caller = self;
                    return new RequestProtocol.Call(component, peer, method, json, timeout) { TraceParent = TraceParent.Valid(traceParent) };
                },
                timeout: null,
                cancellationToken);
        }
        catch (OperationCanceledException)
        {
            if (!caller.IsNobody())
            {
                supervisor.Tell(new RequestProtocol.Cancel(component, caller), ActorRefs.NoSender);
            }

            throw;
        }

        return outcome.Code is { } code ? throw new PeerRequestException(code, outcome.Message) : Result(outcome.Reply);
    }

    private static JsonElement Result(ReadOnlyMemory<byte> reply)
    {
        try
        {
            return Result(JsonElement.Parse(reply.Span));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new PeerRequestException(reply.IsEmpty ? "the peer's reply has no payload" : "the peer's reply cannot be read", e);
        }
    }

    private static JsonElement Result(JsonElement payload)
    {
        switch (Member(payload, "status") is { ValueKind: JsonValueKind.String } status ? status.GetString() : null)
        {
            case "ok":
                return Member(payload, "result");
            case "error":
                var error = Member(payload, "error");
                throw new PeerRequestException(Text(error, "code") ?? RequestErrors.InvalidReply, Text(error, "message") ?? "the peer has refused the request");
            default:
                throw new PeerRequestException(RequestErrors.InvalidReply, "the peer's reply says neither ok nor error");
        }
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
