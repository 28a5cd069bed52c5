using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Federation.Actors.Nats;

internal static class NatsOptions
{
    /// <summary>The longest write to a stalled server: longer than three ping intervals, so that the connection ends before a single
    /// write does.</summary>
    private static TimeSpan CommandTimeout(NatsSettings settings) => (settings.PingInterval * 3) + TimeSpan.FromSeconds(5);

    public static NatsOpts Create(NatsSettings settings, NatsServers servers, string name, ILoggerFactory loggers) => new()
    {
        Url = servers.Urls,

        // The default, ASCII, would make one header of two that differ in other letters.
        HeaderEncoding = System.Text.Encoding.UTF8,
        Name = name,
        InboxPrefix = settings.InboxPrefix,
        LoggerFactory = new ConnectErrors(loggers),
        ConnectTimeout = settings.ConnectTimeout,
        PingInterval = settings.PingInterval,
        MaxPingOut = 2,
        CommandTimeout = CommandTimeout(settings),
        AuthOpts = NatsCredentials.Create(settings, loggers.CreateLogger(typeof(NatsCredentials))),
        TlsOpts = new NatsTlsOpts
        {
            // Auto, the default: required for a tls:// url and when a file is given, otherwise as the server offers.
            CaFile = NullIfEmpty(settings.Tls.CaFile),
            CertFile = NullIfEmpty(settings.Tls.CertFile),
            KeyFile = NullIfEmpty(settings.Tls.KeyFile),
            InsecureSkipVerify = settings.Tls.InsecureSkipVerify,
        },
    };

    public static NatsJSContext Streams(NatsConnection connection, NatsSettings settings) => settings.JetStreamDomain.Length == 0
        ? new NatsJSContext(connection)
        : new NatsJSContext(connection, new NatsJSOpts(connection.Opts, domain: settings.JetStreamDomain));

    private static string? NullIfEmpty(string value) => value.Length == 0 ? null : value;
}
