using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Requests;

/// <summary>Answers requests of peers: itself, through the sending side, or through a service on the bus. Not thread-safe.</summary>
internal sealed class PeerRequests(BidirectionalSettings settings, RequestState state, IActorRef egress, ComponentMetrics metrics)
{
    internal const int MaxCapabilities = 16 * 1024;

    public void Receive(
        PeerEntry peer, string id, ReadOnlyMemory<byte> payload, IControlBus? bus, IActorRef self, TimeSpan now, string? traceParent = null)
    {
        var idBytes = Encoding.UTF8.GetBytes(id);
        payload = payload.ToArray();
        var isRead = ControlPayload.TryRead(payload, out var request, out var error);
        var message = new ControlMessage(peer.Identity, id, request?.Method, payload) { TraceParent = traceParent };
        var forbidden = isRead ? peer.Permissions?.ForbidsMethod(request!.Method) : null;
        if (id.Length == 0)
        {
            metrics.Errors(ErrorTypes.RequestWithoutId).Inc();
            Show(peer, bus, message, forbidden);
        }
        else if (!isRead)
        {
            Show(peer, bus, message, forbidden);
            Reply(peer, idBytes, ReplyPayload.Error(RequestErrors.InvalidRequest, error));
        }
        else if (forbidden is not null)
        {
            Reply(peer, idBytes, ReplyPayload.Error(RequestErrors.NotPermitted, forbidden));
        }
        else if (peer.Incoming >= settings.MaxConcurrentRequests)
        {
            // Not shown on the bus either: nothing else bounds what a peer writes there.
            Reply(peer, idBytes, ReplyPayload.Error(
                RequestErrors.TooManyRequests, $"{settings.MaxConcurrentRequests} of your requests are already pending"));
        }
        else if (BuiltInMethods.All.Contains(request!.Method))
        {
            Show(peer, bus, message, forbidden);
            AnswerBuiltIn(peer, idBytes, request, self, now);
        }
        else if (bus is null)
        {
            Reply(peer, idBytes, ReplyPayload.Error(RequestErrors.UnknownMethod,
                $"no responder for {request.Method}: the component has no port named {PortsSettings.ControlName}"));
        }
        else
        {
            peer.Incoming++;
            var span = RequestSpan.Start(traceParent, metrics.Component, peer.Identity, request.Method);
            _ = bus.RequestAsync(message with { TraceParent = RequestSpan.Of(span) ?? traceParent }, settings.RequestTimeout).PipeTo(
                self, success: answer =>
            {
                RequestSpan.End(span, ControlPayload.IsOk(answer.Span) == false ? "refused" : null);
                return new Answered(peer.Connection, idBytes, answer);
            });
        }
    }

    public void Answer(Answered answered)
    {
        if (state.Peers.TryGet(answered.Connection, out var peer))
        {
            peer.Incoming--;
            Reply(peer, answered.Id, answered.Reply);
        }
    }

    /// <summary>Passes on the sending side's reply. An announcement counts once it is accepted there.</summary>
    public void Answer(EgressProtocol.Invoked invoked)
    {
        var asked = invoked.Asked;
        if (string.Equals(asked.Method, BuiltInMethods.Announce, StringComparison.Ordinal)
            && ControlPayload.IsOk(invoked.Reply.Span) == true && state.Peers.TryGet(asked.Connection, out var peer))
        {
            Keep(peer, asked.Parameters);
        }

        Answer(new Answered(asked.Connection, asked.Id, invoked.Reply));
    }

    private static void Keep(PeerEntry peer, ReadOnlyMemory<byte> announced)
    {
        peer.Meter.Capabilities = Capabilities(announced);
    }

    private static void Reply(PeerEntry peer, ReadOnlyMemory<byte> id, ReadOnlyMemory<byte> payload) =>
        peer.Connection.Tell(new RequestProtocol.Reply(id, payload));

    /// <summary>Publishes a request for information, unless the peer's profile limits methods, and the method is another or
    /// unknown.</summary>
    private void Show(PeerEntry peer, IControlBus? bus, ControlMessage request, string? forbidden)
    {
        var isPermitted = forbidden is null && (request.Method is not null || peer.Permissions is not { LimitsMethods: true });
        if (isPermitted && bus is not null && !bus.TryShowRequest(request))
        {
            metrics.Errors(ErrorTypes.ControlNotPublished).Inc();
        }
    }

    private void AnswerBuiltIn(PeerEntry peer, byte[] id, ControlRequest request, IActorRef self, TimeSpan now)
    {
        switch (request.Method)
        {
            case BuiltInMethods.Status:
                Reply(peer, id, ReplyPayload.Ok(json => WriteStatus(json, peer, now)));
                break;
            case BuiltInMethods.Announce when Refusal(request.Parameters) is { } refusal:
                Reply(peer, id, ReplyPayload.Error(RequestErrors.InvalidParams, refusal));
                break;
            case BuiltInMethods.Announce when egress.IsNobody():
                Keep(peer, request.Parameters);
                Reply(peer, id, ReplyPayload.Ok(static json => WriteAnnounced(json)));
                break;
            default:
                if (egress.IsNobody())
                {
                    Reply(peer, id, ReplyPayload.Error(RequestErrors.NotSupported, "this component only receives"));
                    break;
                }

                Invoke(peer, id, request, self);
                break;
        }
    }

    private void Invoke(PeerEntry peer, byte[] id, ControlRequest request, IActorRef self)
    {
        peer.Incoming++;
        egress.Tell(new EgressProtocol.Invoke(peer.Connection, id, request.Method, request.Parameters), self);
    }

    private static void WriteAnnounced(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("registered"u8, true);
        json.WriteBoolean("routing_updated"u8, false);
        json.WriteEndObject();
    }

    private void WriteStatus(Utf8JsonWriter json, PeerEntry peer, TimeSpan now)
    {
        json.WriteStartObject();
        json.WriteStartObject("throughput"u8);
        json.WriteNumber("current"u8, state.Throughput.Current);
        json.WriteNumber("average_1m"u8, state.Throughput.Average);
        json.WriteString("unit"u8, "msg/sec"u8);
        json.WriteEndObject();
        json.WriteNumber("queue_depth"u8, (long)(metrics.QueueDepth.Value + (egress.IsNobody() ? 0 : metrics.Output.Held.Value)));
        json.WriteNumber("uptime_seconds"u8, (long)(now - state.Started).TotalSeconds);
        json.WriteNumber("connections"u8, state.Peers.All.Count);
        if (peer.Meter.Capabilities is { } capabilities)
        {
            json.WritePropertyName("capabilities"u8);
            json.WriteRawValue(capabilities);
        }

        json.WriteEndObject();
    }

    /// <summary>Why these parameters announce nothing; null when they do.</summary>
    private static string? Refusal(ReadOnlyMemory<byte> parameters)
    {
        using var document = JsonDocument.Parse(parameters);
        try
        {
            return Refusal(document.RootElement, parameters.Length);
        }
        catch (InvalidOperationException)
        {
            return "params: a key with an unpaired surrogate; expected text";
        }
    }

    private static string? Refusal(JsonElement parameters, int length)
    {
        if (parameters.ValueKind != JsonValueKind.Object || !parameters.TryGetProperty("capabilities"u8, out var capabilities))
        {
            return "capabilities: missing; expected an object";
        }

        return capabilities.ValueKind != JsonValueKind.Object
            ? $"capabilities: {capabilities.ValueKind.ToString().ToLowerInvariant()}; expected an object"
            : length > MaxCapabilities ? $"capabilities: {length} bytes; expected at most {MaxCapabilities}"
            : null;
    }

    private static byte[] Capabilities(ReadOnlyMemory<byte> parameters)
    {
        using var document = JsonDocument.Parse(parameters);
        
        // As it came: writing it anew would fail at half a surrogate pair.
        return JsonMarshal.GetRawUtf8Value(document.RootElement.GetProperty("capabilities"u8)).ToArray();
    }

    public sealed record Answered(IActorRef Connection, ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Reply)
        : INoSerializationVerificationNeeded;
}
