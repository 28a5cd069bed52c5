using System.Diagnostics.CodeAnalysis;
using Akka.Event;
using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Logging;
using AkkaLevel = Akka.Event.LogLevel;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace Federation.Actors.Host.Logging;

/// <summary>Writes the rest of the actor system's log when it ends. Akka would print the log's mailbox to the standard output in its own
/// form, whatever <c>stdout-loglevel</c> is, between lines that a program may read as JSON.</summary>
[SuppressMessage("Design", "MA0097", Justification = "Akka compares references to actors; nobody compares these by hand.")]
internal sealed class FinalLogFlush : MinimalLogger
{
    /// <summary>Static because Akka makes the instances. A process has one node.</summary>
    private static ILoggerFactory? _loggers;

    /// <summary>For <c>akka.stdout-logger-class</c>.</summary>
    public static string ClassName => $"{typeof(FinalLogFlush).FullName}, {typeof(FinalLogFlush).Assembly.GetName().Name}";

    public static void Through(ILoggerFactory loggers) => _loggers = loggers;

    protected override void Log(object message)
    {
        if (message is not LogEvent said || _loggers is not { } loggers)
        {
            return;
        }

        List<KeyValuePair<string, object?>> state = [new("LogSource", said.LogSource)];
        if (said.TryGetProperties(out var properties) && properties is not null)
        {
            state.AddRange(properties.Where(
                static property => property.Key is FederationLog.EventId or FederationLog.EventName or FederationLog.Component)
                .Select(static property => KeyValuePair.Create(property.Key, (object?)property.Value)));
        }

        loggers.CreateLogger(said.LogSource).Log(
            LevelOf(said.LogLevel()), default, state, said.Cause, (_, _) => said.Message.ToString() ?? "");
    }

    private static Level LevelOf(AkkaLevel level) => level switch
    {
        AkkaLevel.DebugLevel => Level.Debug,
        AkkaLevel.InfoLevel => Level.Information,
        AkkaLevel.WarningLevel => Level.Warning,
        _ => Level.Error,
    };
}
