using System.Text.Json;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Answers the requests of one peer that concern messages sent to it, except replay; protocol page, section "Control
/// plane".</summary>
internal sealed class DeliveryMethods(PeerLimits limits)
{
    private long _subscriptions;

    /// <param name="rate">Messages per second sent recently.</param>
    public ReadOnlyMemory<byte> Invoke(string method, ReadOnlyMemory<byte> parameters, double rate, TimeSpan now)
    {
        using var document = JsonDocument.Parse(parameters);
        Action<Utf8JsonWriter>? result;
        string? error;
        _ = method switch
        {
            BuiltInMethods.Backpressure => MethodParams.TryRead(
                asked => Backpressure(BackpressureParams.Read(asked), rate, now), document.RootElement, out result, out error),
            BuiltInMethods.Subscribe =>
                MethodParams.TryRead(asked => Subscribe(SubscribeParams.Read(asked)), document.RootElement, out result, out error),
            _ => MethodParams.TryRead(asked => Announce(AnnounceParams.Read(asked), now), document.RootElement, out result, out error),
        };
        return result is null ? ReplyPayload.Error(RequestErrors.InvalidParams, error!) : ReplyPayload.OkObject(result);
    }

    private Action<Utf8JsonWriter> Backpressure(BackpressureParams asked, double rate, TimeSpan now)
    {
        var adjusted = limits.Request(asked.RateLimit, now);
        return json =>
        {
            json.WriteNumber("current_rate"u8, rate);
            if (adjusted is { } limit)
            {
                json.WriteNumber("adjusted_to"u8, limit);
            }
            else
            {
                json.WriteNull("adjusted_to"u8);
            }
        };
    }

    private Action<Utf8JsonWriter> Subscribe(MessageFilter filter)
    {
        limits.Filter = filter;
        var id = $"sub-{++_subscriptions}";
        return json =>
        {
            json.WriteString("subscription_id"u8, id);
            json.WriteBoolean("filter_applied"u8, !filter.PassesAll);
        };
    }

    private Action<Utf8JsonWriter> Announce(AnnounceParams announced, TimeSpan now)
    {
        limits.Announce(announced.MaxRate, announced.Types, now);
        return json =>
        {
            json.WriteBoolean("registered"u8, true);
            json.WriteBoolean("routing_updated"u8, announced.MaxRate is not null || !announced.Types.PassesAll);
        };
    }
}
