using Microsoft.Extensions.Logging;

namespace Federation.Actors.Sockets.Kestrel;

/// <summary>Loggers whose scopes are nothing: Kestrel would keep one for each connection as long as it lives, 0.15 KB, and names the connection in what it says anyway.</summary>
/// <param name="inner">Makes the loggers; not disposed.</param>
internal sealed class UnscopedLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Unscoped(inner.CreateLogger(categoryName));

    /// <inheritdoc />
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private sealed class Unscoped(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
