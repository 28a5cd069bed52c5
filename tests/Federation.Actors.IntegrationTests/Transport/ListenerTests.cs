using Federation.Actors.IntegrationTests.Support;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.IntegrationTests.Transport;

/// <summary>Tests of a listener, run with lean connections and with plain ones.</summary>
public abstract class ListenerTests(bool lean)
{
    private protected Task<TestListener> StartAsync(
        ServerSettings? server = null,
        ConnectionSettings? connection = null,
        AuthSettings? auth = null,
        Dictionary<string, string>? environment = null,
        ILoggerFactory? loggers = null) =>
        TestListener.StartAsync(
            (server ?? new ServerSettings { Host = "127.0.0.1" }) with { LeanConnections = lean }, connection, auth, environment, loggers);
}
