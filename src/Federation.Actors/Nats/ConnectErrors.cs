using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>Keeps the reason why a connection attempt failed: the client library reports it in its log only.</summary>
/// <remarks>One for each connection. Thread-safe.</remarks>
internal sealed class ConnectErrors(ILoggerFactory inner) : ILoggerFactory
{
    private volatile string? _last;

    /// <summary>Without a full stop; null when no attempt has failed.</summary>
    public static string? Of(NatsConnection connection) => (connection.Opts.LoggerFactory as ConnectErrors)?._last;

    public ILogger CreateLogger(string categoryName) => new Logger(this, inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
    }

    private sealed class Logger(ConnectErrors owner, ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error || inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error && exception is not null && string.Equals(
                eventId.Name, nameof(NatsLogEvents.Connection), StringComparison.Ordinal))
            {
                owner._last = exception.GetBaseException().Message.TrimEnd('.');
            }

            inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
