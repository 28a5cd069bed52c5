using System.Diagnostics;
using System.Text.Json;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Requests;
using Federation.Actors.Sending;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors;

/// <summary>The node behind <see cref="IFederation"/>. It exists before its actors, so that streams and paths can refer to it.
/// Thread-safe.</summary>
internal sealed class FederationNode(string name) : IFederation
{
    public static readonly TimeSpan DrainMargin = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private volatile FederationSettings? _settings;
    private volatile IActorRef? _supervisor;
    private Task<int>? _drain;

    public LocalPorts Ports { get; } = new();

    public LocalInputs Inputs { get; } = new();

    public MappedEndpoints Mapped { get; } = new();

    /// <summary>Null before the node has started.</summary>
    public FederationSettings? Settings => _settings;

    /// <summary>The settings come first, so that events of the actors are known to be of this node.</summary>
    public IActorRef Start(FederationSettings settings, Func<IActorRef> start)
    {
        _settings = settings;
        return _supervisor = start();
    }

    /// <summary>Drains the node once: later callers wait for the same drain.</summary>
    /// <returns>The number of unanswered messages; 0 when the node has not started.</returns>
    public Task<int> DrainAsync()
    {
        if ((_settings, _supervisor) is not ({ } settings, { } supervisor))
        {
            return Task.FromResult(0);
        }

        lock (_lock)
        {
            return _drain ??= DrainAsync(settings.ShutdownTimeout, supervisor);
        }
    }

    public Source<ReceivedMessage, NotUsed> Source(string component) => SourceWithAck(component).AsSource().Select(static taken =>
    {
        taken.Item2.Ack();
        return taken.Item1;
    });

    public SourceWithContext<ReceivedMessage, ReceivedAck, NotUsed> SourceWithAck(string component)
    {
        ArgumentException.ThrowIfNullOrEmpty(component);
        return LocalStreams.SourceWithAck(Ports[component]);
    }

    public Sink<OutgoingMessage, NotUsed> Sink(string component)
    {
        ArgumentException.ThrowIfNullOrEmpty(component);
        return ChannelSink.FromWriter(Inputs[component].Writer, isOwner: false);
    }

    public Source<FederationEvent, NotUsed> Events() =>
        LocalStreams.Events(happened => Settings is { } settings
            && settings.Components.Any(component => string.Equals(component.Name, happened.Component, StringComparison.Ordinal)));

    public async Task<JsonElement> RequestAsync(
        string component, string peer, string method, object? parameters = null, TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
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
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "a timeout must be above 0");
        }

        cancellationToken.ThrowIfCancellationRequested();
        var supervisor = _supervisor
            ?? throw new InvalidOperationException($"the node {name} has not started; expected a request after the actor system's start");
        var json = parameters is null ? default(ReadOnlyMemory<byte>) : JsonSerializer.SerializeToUtf8Bytes(parameters);
        IActorRef caller = ActorRefs.Nobody;
        var traceParent = Activity.Current?.Id;
        RequestOutcome outcome;
        try
        {
            // The component limits the wait: there is always an outcome, unless the node ends.
            outcome = await supervisor.Ask<RequestOutcome>(
                self =>
                {
                    caller = self;
                    return new RequestProtocol.Call(component, peer, method, json, timeout)
                    {
                        TraceParent = TraceParent.Valid(traceParent),
                    };
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
            case ReplyStatuses.Ok:
                return Member(payload, "result");
            case ReplyStatuses.Error:
                var error = Member(payload, "error");
                throw new PeerRequestException(
                    Text(error, "code") ?? RequestErrors.InvalidReply, Text(error, "message") ?? "the peer has refused the request");
            default:
                throw new PeerRequestException(RequestErrors.InvalidReply, "the status of the peer's reply is neither ok nor error");
        }
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static async Task<int> DrainAsync(TimeSpan timeout, IActorRef supervisor)
    {
        var drained = await supervisor.Ask<ComponentProtocol.Drained>(new ComponentProtocol.Drain(timeout), timeout + DrainMargin);
        return drained.Unanswered;
    }
}
