using System.Text.RegularExpressions;

namespace Federation.Actors.Tests.Architecture;

/// <summary>The folders of the library, and which of them may use which.</summary>
internal static partial class Rooms
{
    /// <summary>A room uses rooms of lower levels.</summary>
    public static readonly IReadOnlyDictionary<string, int> Levels = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["Protocol"] = 0,
        ["Configuration"] = 1,
        ["Diagnostics"] = 1,
        ["Settings"] = 2,
        ["Security"] = 2,
        ["Messages"] = 3,
        ["Sockets"] = 3,
        ["Connections"] = 4,
        ["Receiving"] = 4,
        ["Sending"] = 4,
        ["Requests"] = 4,
        ["Nats"] = 5,
        ["Clustering"] = 5,
        ["Supervision"] = 6,
        [""] = 7,
    };

    /// <summary>Which room uses which, from the code of <paramref name="files"/>.</summary>
    public static IReadOnlyList<RoomUse> Uses(IReadOnlyList<SourceFile> files)
    {
        var types = files.ToLookup(file => file.Room, StringComparer.Ordinal)
            .ToDictionary(
                room => room.Key, room => room.SelectMany(file => file.Types).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
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
