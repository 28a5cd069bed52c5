using System.Text.Json;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>What a peer may ask of those who send to it, but for replay; protocol page, section "Control plane". Not thread-safe.</summary>
/// <param name="delivery">What the answers change.</param>
internal sealed class DeliveryMethods(PeerDelivery delivery)
{
    private long _subscriptions;

    /// <summary>Does what is asked.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="parameters">JSON.</param>
    /// <param name="rate">Messages a second that were sent last.</param>
    /// <param name="now">The time.</param>
    /// <returns>The reply's payload.</returns>
    public ReadOnlyMemory<byte> Invoke(string method, ReadOnlyMemory<byte> parameters, double rate, TimeSpan now)
    {
        using var document = JsonDocument.Parse(parameters);
        try
        {
            return method switch
            {
                BuiltInMethods.Backpressure => Backpressure(document.RootElement, rate, now),
                BuiltInMethods.Subscribe => Subscribe(document.RootElement),
                _ => Announce(document.RootElement, now),
            };
        }
        catch (InvalidOperationException)
        {
            // Of looking for a key beside one that is no text.
            return Refuse(ParamFault.NoText);
        }
    }

    private static ReadOnlyMemory<byte> Refuse(string error) => ReplyPayload.Error(RequestErrors.InvalidParams, error);

    private ReadOnlyMemory<byte> Backpressure(JsonElement parameters, double rate, TimeSpan now)
    {
        if (!BackpressureParams.TryParse(parameters, out var asked, out var error))
        {
            return Refuse(error);
        }

        var adjusted = delivery.Limit(asked.RateLimit, now);
        return ReplyPayload.OkObject(json =>
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
        });
    }

    private ReadOnlyMemory<byte> Subscribe(JsonElement parameters)
    {
        if (!SubscribeParams.TryParse(parameters, out var filter, out var error))
        {
            return Refuse(error);
        }

        delivery.Subscribe(filter);
        var id = $"sub-{++_subscriptions}";
        return ReplyPayload.OkObject(json =>
        {
            json.WriteString("subscription_id"u8, id);
            json.WriteBoolean("filter_applied"u8, !filter.PassesAll);
        });
    }

    private ReadOnlyMemory<byte> Announce(JsonElement parameters, TimeSpan now)
    {
        if (!AnnounceParams.TryParse(parameters, out var announced, out var error))
        {
            return Refuse(error);
        }

        delivery.Announce(announced.MaxRate, announced.Types, now);
        return ReplyPayload.OkObject(json =>
        {
            json.WriteBoolean("registered"u8, true);
            json.WriteBoolean("routing_updated"u8, announced.MaxRate is not null || !announced.Types.PassesAll);
        });
    }
}
