using System.Collections.Frozen;

namespace Federation.Actors.Protocol;

/// <summary>The methods that a node answers itself; protocol page, section "Control plane".</summary>
internal static class BuiltInMethods
{
    public const string Backpressure = "backpressure";
    public const string Subscribe = "subscribe";
    public const string Replay = "replay";
    public const string Status = "status";
    public const string Announce = "announce";

    public static readonly FrozenSet<string> All = FrozenSet.Create(
        StringComparer.Ordinal, Backpressure, Subscribe, Replay, Status, Announce);

    /// <summary>A method as the label of a metric. Peers may request any method, and each value of a label uses memory forever.</summary>
    public static string Label(string method) => All.Contains(method) ? method : "other";
}

/// <summary>The subjects below that of a control port; protocol page, section "Control plane".</summary>
internal static class ControlSubjects
{
    public static string Send(string port, string peer) => $"{port}.send.{peer}";

    public static string Peers(string port) => $"{port}.peers";

    public static string Request(string port) => $"{port}.request";

    public static string Reply(string port) => $"{port}.reply";
}
