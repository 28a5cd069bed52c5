using Federation.Actors.Nats;
using Federation.Actors.Settings;
using Federation.Actors.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;

namespace Federation.Actors.Host;

/// <summary>A connection to NATS for one verb. Stateless.</summary>
internal static class NatsLink
{
    /// <summary>Beyond the library's own bounds, for a server that takes a connection and then says nothing.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>A connection that is not open yet.</summary>
    /// <param name="nats">Where NATS is.</param>
    /// <param name="verb">What the server shows as the client's name.</param>
    public static NatsConnection Create(NatsSettings nats, string verb) => new(NatsOptions.Create(nats, new NatsServers(nats.Url), $"federation {verb}", NullLoggerFactory.Instance));

    /// <summary>Opens it.</summary>
    /// <returns>Why that is impossible and what to do; null when it is open.</returns>
    public static async Task<string?> OpenAsync(NatsConnection connection, NatsSettings nats, CancellationToken cancel)
    {
        try
        {
            var servers = nats.Url.Count(static letter => letter == ',') + 1;
            await connection.ConnectAsync().AsTask().WaitAsync((nats.ConnectTimeout * servers) + Margin, cancel);
            return null;
        }
        catch (Exception e) when (e is NatsException or TimeoutException or IOException or System.Security.Authentication.AuthenticationException)
        {
            return $"cannot reach NATS at {nats.DisplayUrl}: {NatsProblem.Describe(e, ConnectErrors.Of(connection))}; start it, or name another with --set federation.nats.url=URL";
        }
    }
}
