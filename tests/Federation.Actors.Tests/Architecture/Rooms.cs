using System.Text.RegularExpressions;

namespace Federation.Actors.Tests.Architecture;

/// <summary>The folders of the library, and which of them may use which.</summary>
internal static partial class Rooms
{
    /// <summary>A room uses rooms of lower levels.</summary>
    public static readonly IReadOnlyDictionary<string, int> Levels = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["Wire"] = 0,
        ["Settings"] = 0,
        ["Telemetry"] = 0,
        ["Messages"] = 1,
        ["Transport"] = 1,
        ["Connections"] = 2,
        ["Queueing"] = 2,
        ["Publishing"] = 2,
        ["Correlation"] = 2,
        ["Egress"] = 2,
        ["Nats"] = 3,
        ["Supervision"] = 3,
        ["Clustering"] = 3,
        ["Health"] = 3,
        ["Hosting"] = 4,
    };

    /// <summary>Uses of a room of the same level, each with its reason.</summary>
    public static readonly IReadOnlyDictionary<RoomUse, string> Exceptions = new Dictionary<RoomUse, string>
    {
        [new("Telemetry", "Wire")] = "labels of instruments are the names that envelope types and nack reasons have on the wire",
        [new("Settings", "Wire")] = "whether two subjects overlap is decided once",
        [new("Supervision", "Clustering")] = "the node's supervisor starts the directory and the region, and gives the region its entities: only Supervision names actor classes",
        [new("Supervision", "Health")] = "the node's supervisor starts the health actor: only Supervision names actor classes",
    };

    /// <summary>Which room uses which, from the code of <paramref name="files"/>.</summary>
    public static IReadOnlyList<RoomUse> Uses(IReadOnlyList<SourceFile> files)
    {
        var types = files.ToLookup(file => file.Room, StringComparer.Ordinal)
            .ToDictionary(room => room.Key, room => room.SelectMany(file => file.Types).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        return
        [
            .. files.SelectMany(file => Named(file, types).Select(room => new RoomUse(file.Room, room)))
                .Where(use => !string.Equals(use.User, use.Used, StringComparison.Ordinal))
                .Distinct(),
        ];
    }

    private static IEnumerable<string> Named(SourceFile file, Dictionary<string, HashSet<string>> types)
    {
        var full = FullName().Matches(file.Code).Select(match => match.Groups["room"].Value);

        // Inside namespace Federation.Actors.X, Y.Type means Federation.Actors.Y.Type.
        var relative = RelativeName().Matches(file.Code)
            .Where(match => types.TryGetValue(match.Groups["room"].Value, out var room) && room.Contains(match.Groups["type"].Value))
            .Select(match => match.Groups["room"].Value);
        return full.Concat(relative);
    }

    [GeneratedRegex(@"\bFederation\.Actors\.(?<room>\w+)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex FullName();

    [GeneratedRegex(@"(?<![\w.])(?<room>\w+)\.(?<type>\w+)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex RelativeName();
}
