using System.Text.Json;
using Federation.Actors.Protocol;

namespace Federation.Actors;

/// <summary>The built-in methods of peers with typed results; see the section "Control plane" of the protocol page.</summary>
/// <remarks>Each method waits for up to the component's <c>bidirectional.request_timeout</c>, and throws the same exceptions as
/// <see cref="IFederation.RequestAsync"/>.</remarks>
public static class FederationExtensions
{
    /// <summary>A result without a required member is invalid.</summary>
    private static readonly JsonSerializerOptions Strict = new()
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Requests the status of a peer.</summary>
    public static Task<PeerStatus> StatusAsync(this IFederation federation, string component, string peer,
        CancellationToken cancellationToken = default) =>
        RequestAsync<PeerStatus>(federation, component, peer, BuiltInMethods.Status, null, cancellationToken);

    /// <summary>Limits the rate at which a peer sends.</summary>
    /// <param name="federation">The node.</param>
    /// <param name="component">The component to which the peer is connected.</param>
    /// <param name="peer">The peer's identity.</param>
    /// <param name="rateLimit">Messages per second; 0 pauses sending, null removes the limit.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public static Task<BackpressureResult> BackpressureAsync(
        this IFederation federation, string component, string peer, double? rateLimit, CancellationToken cancellationToken = default) =>
        RequestAsync<BackpressureResult>(
            federation, component, peer, BuiltInMethods.Backpressure,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["rate_limit"] = rateLimit, ["unit"] = "msg/sec" },
            cancellationToken);

    /// <summary>Limits a peer to sending only matching messages.</summary>
    /// <param name="federation">The node.</param>
    /// <param name="component">The component to which the peer is connected.</param>
    /// <param name="peer">The peer's identity.</param>
    /// <param name="filter">Serialized as the <c>filter</c> of the method: path, operator, value; null: no filter.</param>
    /// <param name="subjects">NATS subjects, wildcards allowed; null: all. With neither filter nor subjects, the peer sends all messages
    /// again.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public static Task<SubscribeResult> SubscribeAsync(
        this IFederation federation, string component, string peer, object? filter, IReadOnlyList<string>? subjects = null,
        CancellationToken cancellationToken = default)
    {
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["filter"] = filter };
        if (subjects is not null)
        {
            parameters["subjects"] = subjects;
        }

        return RequestAsync<SubscribeResult>(federation, component, peer, BuiltInMethods.Subscribe, parameters, cancellationToken);
    }

    /// <summary>Requests stored messages from a peer again. At least one of count, start time and start sequence is required.</summary>
    /// <param name="federation">The node.</param>
    /// <param name="component">The component to which the peer is connected.</param>
    /// <param name="peer">The peer's identity.</param>
    /// <param name="count">Number of most recent messages, at least 1.</param>
    /// <param name="startTime">Messages since this time.</param>
    /// <param name="startSequence">Messages from this sequence number on, at least 1.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public static Task<ReplayResult> ReplayAsync(
        this IFederation federation, string component, string peer, long? count = null, DateTimeOffset? startTime = null,
        long? startSequence = null, CancellationToken cancellationToken = default)
    {
        var parameters = new Dictionary<string, long>(StringComparer.Ordinal);
        Add(parameters, "count", count);
        Add(parameters, "start_time", startTime?.ToUnixTimeMilliseconds());
        Add(parameters, "start_sequence", startSequence);
        return RequestAsync<ReplayResult>(federation, component, peer, BuiltInMethods.Replay, parameters, cancellationToken);
    }

    /// <summary>Announces the capabilities of this side to a peer.</summary>
    /// <param name="federation">The node.</param>
    /// <param name="component">The component to which the peer is connected.</param>
    /// <param name="peer">The peer's identity.</param>
    /// <param name="capabilities">Serialized as an object: <c>region</c>, <c>message_types</c>, <c>max_rate</c> and others.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public static Task<AnnounceResult> AnnounceAsync(
        this IFederation federation, string component, string peer, object capabilities, CancellationToken cancellationToken = default) =>
        RequestAsync<AnnounceResult>(federation, component, peer, BuiltInMethods.Announce, new { capabilities }, cancellationToken);

    private static void Add(Dictionary<string, long> parameters, string name, long? value)
    {
        if (value is { } given)
        {
            parameters[name] = given;
        }
    }

    private static async Task<T> RequestAsync<T>(
        IFederation federation, string component, string peer, string method, object? parameters, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(federation);
        var result = await federation.RequestAsync(component, peer, method, parameters, timeout: null, cancellationToken);
        try
        {
            return (result.ValueKind == JsonValueKind.Undefined ? default : result.Deserialize<T>(Strict)) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new PeerRequestException(RequestErrors.InvalidReply, $"the peer's result does not belong to {method}");
        }
    }
}
