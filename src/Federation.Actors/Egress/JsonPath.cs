using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using Federation.Actors.Wire;

namespace Federation.Actors.Egress;

/// <summary>
/// A place in a JSON document: <c>$</c>, then any number of <c>.name</c>, <c>['any name']</c>, <c>["any name"]</c> and <c>[index]</c>.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. Finding allocates nothing and reads the document once, to its end, since the last of duplicate keys counts.
/// </remarks>
internal sealed class JsonPath
{
    /// <summary>Characters in the longest path that is accepted.</summary>
    public const int MaxLength = 256;

    /// <summary>Names and indexes in the deepest path that is accepted.</summary>
    public const int MaxDepth = 32;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = EnvelopeReader.MaxDepth };

    private readonly byte[]?[] _names;
    private readonly int[] _indexes;

    /// <param name="names">For each step its name in UTF-8, or null for an index.</param>
    /// <param name="indexes">For each step its index, as many as there are names; not looked at where there is a name.</param>
    public JsonPath(byte[]?[] names, int[] indexes)
    {
        _names = names;
        _indexes = indexes;
    }

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

    /// <summary>Looks for the value at this path.</summary>
    /// <param name="json">A document, or any other bytes.</param>
    /// <param name="found">A reader on the value's first token, when this returns true.</param>
    /// <returns>False when there is no value at this path, or the bytes are no JSON document.</returns>
    public bool TryFind(ReadOnlySpan<byte> json, out Utf8JsonReader found)
    {
        found = default;
        if (!MayHave(json) || !Utf8.IsValid(json))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json, Options);

            reader.Read();
            var value = reader;
            var isFound = Walk(ref reader, 0, ref value);
            found = value;

            // One more read makes the reader refuse anything that follows the document.
            return !reader.Read() && isFound;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>False for most payloads that are not JSON at all, which spares an exception for each.</summary>
    private bool MayHave(ReadOnlySpan<byte> json)
    {
        var start = json.IndexOfAnyExcept(" \t\r\n"u8);
        return start >= 0 && (_names.Length == 0 || json[start] == (_names[0] is null ? '[' : '{'));
    }

    private bool Walk(ref Utf8JsonReader reader, int step, ref Utf8JsonReader found)
    {
        if (step == _names.Length)
        {
            found = reader;
            reader.Skip();
            return true;
        }

        var isFound = false;
        if (_names[step] is { } name && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = JsonText.Equals(reader.ValueSpan, reader.ValueIsEscaped, name);
                reader.Read();
                isFound = isIt ? Walk(ref reader, step + 1, ref found) : Pass(ref reader, isFound);
            }
        }
        else if (_names[step] is null && reader.TokenType == JsonTokenType.StartArray)
        {
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                isFound = index == _indexes[step] ? Walk(ref reader, step + 1, ref found) : Pass(ref reader, isFound);
            }
        }
        else
        {
            reader.Skip();
        }

        return isFound;
    }

    private static bool Pass(ref Utf8JsonReader reader, bool isFound)
    {
        reader.Skip();
        return isFound;
    }
}
