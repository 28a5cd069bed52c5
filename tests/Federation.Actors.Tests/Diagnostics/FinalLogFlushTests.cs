using Akka.Actor;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Federation.Actors.Host;
using Federation.Actors.Host.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MsLogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Federation.Actors.Tests.Diagnostics;

/// <summary>What the program makes of lines that the log of its actor system had no time to write.</summary>
public sealed class FinalLogFlushTests : global::Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public async Task A_late_line_has_the_form_of_all_others()
    {
        var kept = new KeptLines();
        FinalLogFlush.Through(kept);
        var late = (IActorRef)Activator.CreateInstance(Type.GetType(FinalLogFlush.ClassName, throwOnError: true)!)!;
        Sys.EventStream.Subscribe(late, typeof(Warning));

        new FederationLog(Sys, Logging.GetLogger(Sys, "somebody"), "edge-in").Write(
            LogEvents.BusLost, "{Component} has lost its [bus]", "edge-in");

        await AwaitConditionAsync(() => Task.FromResult(kept.Lines.Count == 1));
        var (level, line) = kept.Lines[0];
        Assert.Equal((MsLogLevel.Warning, LogEvents.BusLost.Number, LogEvents.BusLost.Name, "edge-in"), (
            level, line.EventId, line.EventName, line.Component));
        Assert.Equal("edge-in has lost its [bus]", line.Text);
        Assert.StartsWith("somebody", line.Source, StringComparison.Ordinal);
    }

    /// <summary>What a formatter would be given.</summary>
    private sealed class KeptLines : ILoggerFactory, ILogger
    {
        public List<(MsLogLevel Level, LogLine Line)> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(MsLogLevel logLevel) => true;

        public void Log<TState>(
            MsLogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (LogLine.Of(new LogEntry<TState>(logLevel, "somebody", eventId, state, exception, formatter)) is { } line)
            {
                Lines.Add((logLevel, line));
            }
        }
    }
}
