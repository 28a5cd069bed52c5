using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Federation.Actors.Sending;

/// <summary>
/// A place in a JSON document: <c>$</c>, then any number of <c>.name</c>, <c>['any name']</c>, <c>["any name"]</c> and <c>[index]</c>.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
/// <param name="steps">For each step its name, or null and an index.</param>
internal sealed class JsonPath(IReadOnlyList<(string? Name, int Index)> steps)
{
    /// <summary>Characters in the longest path that is accepted.</summary>
    public const int MaxLength = 256;

    /// <summary>Names and indexes in the deepest path that is accepted.</summary>
    public const int MaxDepth = 32;

    /// <summary>Reads a path.</summary>
    /// <param name="text">The path.</param>
    /// <param name="path">Not null when this returns true.</param>
    /// <param name="error">Else: at which character, counted from 1, what was found and what was expected.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path, [NotNullWhen(false)] out string? error)
    {
        var parser = new JsonPathParser(text);
        path = parser.Parse();
        error = path is null ? parser.Error : null;
        return path is not null;
    }

    /// <summary>False for most payloads that are not JSON or have nothing at this path, which spares reading them.</summary>
    /// <param name="json">Any bytes.</param>
    public bool MayBeIn(ReadOnlySpan<byte> json)
    {
        var start = json.IndexOfAnyExcept(" \t\r\n"u8);
        return start >= 0 && (steps.Count == 0 || json[start] == (steps[0].Name is null ? '[' : '{'));
    }

    /// <summary>Looks for the value at this path; of duplicate keys the last one counts.</summary>
    public bool TryFind(JsonElement document, out JsonElement found)
    {
        found = document;
        foreach (var (name, index) in steps)
        {
            if (name is null ? found.ValueKind != JsonValueKind.Array || index >= found.GetArrayLength() : found.ValueKind != JsonValueKind.Object || !TryGet(found, name, out found))
            {
                return false;
            }

            found = name is null ? found[index] : found;
        }

        return true;
    }

    private static bool TryGet(JsonElement block, string name, out JsonElement value)
    {
        try
        {
            return block.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            // Another key contains an unpaired surrogate, which the reader cannot unescape.
            var properties = block.EnumerateObject().Where(property => IsNamed(property, name)).ToList();
            value = properties.Count > 0 ? properties[^1].Value : default;
            return properties.Count > 0;
        }
    }

    private static bool IsNamed(JsonProperty property, string name)
    {
        try
        {
            return property.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
