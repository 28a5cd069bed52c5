using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Protocol;

namespace Federation.Actors.Requests;

/// <summary>The pending requests by id and by connection.</summary>
/// <remarks>An id is <c>req-</c>, 12 characters that differ at each start of the node, and a count from 1. Each request leaves the table
/// once: by its reply, its deadline, the loss of its connection, or its caller's cancellation. Not thread-safe.</remarks>
internal sealed class PendingRequests
{
    private const int UniqueLength = 12;

    private readonly string _prefix;
    private readonly int _perConnection;
    private readonly Dictionary<string, PendingRequest> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, HashSet<string>> _byConnection = [];
    private long _issued;

    public PendingRequests(int perConnection, Guid unique)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perConnection, 1);
        _perConnection = perConnection;
        _prefix = $"req-{unique.ToString("N")[^UniqueLength..]}-";
    }

    public int Count => _byId.Count;

    public bool IsFull(IActorRef connection) => _byConnection.TryGetValue(connection, out var ids) && ids.Count >= _perConnection;

    public string NextId() => _prefix + (++_issued).ToString(CultureInfo.InvariantCulture);

    /// <summary>For comparison: our ids need no escapes.</summary>
    public static string Unescape(string id)
    {
        if (!id.Contains('\\', StringComparison.Ordinal))
        {
            return id;
        }

        try
        {
            return JsonSerializer.Deserialize<string>($"\"{id}\"") ?? id;
        }
        catch (JsonException)
        {
            return id;
        }
    }

    public bool IsOurs(string id) =>
        id.StartsWith(_prefix, StringComparison.Ordinal)
        && long.TryParse(id.AsSpan(_prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0 && number <= _issued;

    /// <summary>There must be room, and the id new.</summary>
    public void Add(PendingRequest request)
    {
        _byId.Add(request.Id, request);
        if (!_byConnection.TryGetValue(request.Connection, out var ids))
        {
            _byConnection[request.Connection] = ids = new HashSet<string>(StringComparer.Ordinal);
        }

        ids.Add(request.Id);
    }

    /// <summary>Only if it was sent on this connection: a peer cannot answer for another.</summary>
    public PendingRequest? Take(IActorRef connection, string id)
    {
        if (!_byId.TryGetValue(id, out var request) || !request.Connection.Equals(connection))
        {
            return null;
        }

        Remove(request);
        return request;
    }

    public IReadOnlyList<PendingRequest> TakeAll(IActorRef connection) =>
        _byConnection.TryGetValue(connection, out var ids) ? TakeAll(ids.Select(id => _byId[id])) : [];

    /// <summary>Requests without a caller stay.</summary>
    public IReadOnlyList<PendingRequest> Cancel(IActorRef caller) =>
        caller.IsNobody() ? [] : TakeAll(_byId.Values.Where(request => request.Caller.Equals(caller)));

    public IReadOnlyList<PendingRequest> Expire(TimeSpan now) => TakeAll(_byId.Values.Where(request => request.Deadline <= now));

    private PendingRequest[] TakeAll(IEnumerable<PendingRequest> requests)
    {
        PendingRequest[] taken = [.. requests.OrderBy(static request => request.Sent)];
        foreach (var request in taken)
        {
            Remove(request);
        }

        return taken;
    }

    private void Remove(PendingRequest request)
    {
        _byId.Remove(request.Id);
        if (_byConnection.TryGetValue(request.Connection, out var ids) && ids.Remove(request.Id) && ids.Count == 0)
        {
            _byConnection.Remove(request.Connection);
        }
    }
}

/// <param name="Caller">May cancel the request; nobody: no one can.</param>
/// <param name="Complete">Called once, by <see cref="End"/>, with the outcome, on the thread of the actor that holds the request.</param>
internal sealed record PendingRequest(
    string Id, IActorRef Connection, string Method, TimeSpan Sent, TimeSpan Deadline, IActorRef Caller, Action<RequestOutcome> Complete)
{
    public Activity? Span { get; init; }

    public void End(RequestOutcome outcome)
    {
        RequestSpan.End(Span, outcome.Code);
        Complete(outcome);
    }
}

/// <summary>The part of the correlation actor that outlives its restarts. Used by one instance at a time.</summary>
internal sealed record RequestState(PendingRequests Pending, PeerTable Peers, RateMeter Throughput, TimeSpan Started)
{
    /// <summary>The present instance's control port: replies for an earlier instance are sent there too.</summary>
    public IControlBus? Bus { get; set; }

    public static RequestState New(int perConnection, TimeSpan now, long count) =>
        new(new PendingRequests(perConnection, Guid.NewGuid()), new PeerTable(), new RateMeter(now, count, TimeSpan.FromMinutes(1)), now);
}

/// <summary>The span of a request until it is answered or given up.</summary>
internal static class RequestSpan
{
    /// <returns>Null when it is not recorded.</returns>
    public static Activity? Start(string? traceParent, string component, string peer, string method) => !Tracing.IsOn
        ? null
        : Tracing.Start(Tracing.Request, ActivityKind.Client, Tracing.Parent(traceParent), component, peer)?.SetTag(
            "federation.method", method);

    public static string? Of(Activity? span) => span is null ? null : TraceParent.Of(span.Context);

    public static void End(Activity? span, string? error)
    {
        if (span is not null)
        {
            span.SetStatus(error is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, error);
            Tracing.End(span);
        }
    }
}
