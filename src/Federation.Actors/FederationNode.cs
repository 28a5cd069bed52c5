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

/// <summary>The node behind <see cref="IFederation"/>: what outlives its actors, and the way to them while they run.</summary>
/// <remarks>There before the node starts, so that streams and paths can be made before it. Thread-safe.</remarks>
internal sealed class FederationNode(string name) : IFederation
{
    /// <summary>How much longer than the drain itself the answer to it may take.</summary>
    public static readonly TimeSpan DrainMargin = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private volatile FederationSettings? _settings;
    private volatile IActorRef? _supervisor;
    private Task<int>? _drain;

    /// <summary>Where components with a port of type <c>local</c> meet their consumers.</summary>
    public LocalPorts Ports { get; } = new();

    /// <summary>Where components with an input of type <c>local</c> take what they send.</summary>
    public LocalInputs Inputs { get; } = new();

    /// <summary>Where its components are on the embedder's web server.</summary>
    public MappedEndpoints Mapped { get; } = new();

    /// <summary>The settings it runs with; null before it has started.</summary>
    public FederationSettings? Settings => _settings;

    /// <summary>Starts the node's actors. What they say from their first moment on is known to be this node's.</summary>
    /// <returns>The root of them.</returns>
    public IActorRef Start(FederationSettings settings, Func<IActorRef> start)
    {
        _settings = settings;
        return _supervisor = start();
    }

    /// <summary>Drains the node, once: whoever asks again waits for the same drain.</summary>
    /// <returns>How many messages were left unanswered; 0 when the node has not started.</returns>
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

    /// <inheritdoc />
    public Source<ReceivedMessage, NotUsed> Source(string component) => SourceWithAck(component).AsSource().Select(static taken =>
    {
        taken.Item2.Ack();
        return taken.Item1;
    });

    /// <inheritdoc />
    public SourceWithContext<ReceivedMessage, ReceivedAck, NotUsed> SourceWithAck(string component)
    {
        ArgumentException.ThrowIfNullOrEmpty(component);
        return LocalStreams.SourceWithAck(Ports[component]);
    }

    /// <inheritdoc />
    public Sink<OutgoingMessage, NotUsed> Sink(string component)
    {
        ArgumentException.ThrowIfNullOrEmpty(component);
        return ChannelSink.FromWriter(Inputs[component].Writer, isOwner: false);
    }

    /// <inheritdoc />
    public Source<FederationEvent, NotUsed> Events() =>
        LocalStreams.Events(happened => Settings is { } settings && settings.Components.Any(component => string.Equals(component.Name, happened.Component, StringComparison.Ordinal)));

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
        var supervisor = _supervisor ?? throw new InvalidOperationException($"the node {name} has not started; expected a request after the actor system's start");
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
            case ReplyStatuses.Ok:
                return Member(payload, "result");
            case ReplyStatuses.Error:
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

    private static async Task<int> DrainAsync(TimeSpan timeout, IActorRef supervisor)
    {
        var drained = await supervisor.Ask<ComponentProtocol.Drained>(new ComponentProtocol.Drain(timeout), timeout + DrainMargin);
        return drained.Unanswered;
    }
}
