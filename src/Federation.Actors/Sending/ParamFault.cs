using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Federation.Actors.Sending;

/// <summary>Words for what is wrong with the params of a request: the place, what was found, what was expected.</summary>
internal static class ParamFault
{
    /// <summary>For a text with half of a surrogate pair in it, which JSON allows and which is no text.</summary>
    public const string NoText = "params: a string with half of a surrogate pair; expected text";

    // What a peer has sent goes back to it to be recognized, not to be repeated.
    private const int MostShown = 60;

    /// <summary>A wrong value.</summary>
    public static string Of(string place, JsonElement found, string expected) =>
        found.ValueKind == JsonValueKind.Undefined ? Missing(place, expected) : $"{place}: {Shown(found)}; expected {expected}";

    /// <summary>A value that is not there.</summary>
    public static string Missing(string place, string expected) => $"{place}: missing; expected {expected}";

    /// <summary>The value of a key; null and absent are the same.</summary>
    public static bool TryGet(JsonElement parameters, string key, out JsonElement value) =>
        parameters.TryGetProperty(key, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The beginning of a value as it was written.</summary>
    public static string Shown(JsonElement found) => Cut(JsonMarshal.GetRawUtf8Value(found));

    /// <summary>The beginning of a name, in one line.</summary>
    public static string Cut(string name) => Cut(Encoding.UTF8.GetBytes(name));

    private static string Cut(ReadOnlySpan<byte> raw)
    {
        var isCut = raw.Length > MostShown;
        var end = isCut ? MostShown : raw.Length;
        while (isCut && (raw[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return Encoding.UTF8.GetString(raw[..end]).ReplaceLineEndings(" ") + (isCut ? "..." : "");
    }
}
