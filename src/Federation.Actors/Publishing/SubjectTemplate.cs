using System.Text;
using System.Text.Json;
using Federation.Actors.Wire;

namespace Federation.Actors.Publishing;

/// <summary>A port's subject, in which <c>{peer}</c>, <c>{component}</c>, <c>{type}</c> and <c>{payload.path}</c> stand for what a message has there.</summary>
/// <remarks>Immutable. A subject without any of them costs nothing per message. What is filled in is one token: 1 to 64 characters without blanks, dots or wildcards.</remarks>
internal sealed class SubjectTemplate
{
    private const int MaxTokenLength = 64;
    private const string PayloadPrefix = "payload.";

    private readonly string _component;
    private readonly string[] _literals;
    private readonly string[] _names;

    private SubjectTemplate(string component, string[] literals, string[] names)
    {
        _component = component;
        _literals = literals;
        _names = names;
        Wildcard = string.Join('*', literals);
    }

    /// <summary>The subject with <c>*</c> for what is filled in: what a stream has to listen to.</summary>
    public string Wildcard { get; }

    /// <summary>Whether a text is a subject, with placeholders or without.</summary>
    public static bool IsValid(string text) => TryParse(text, "component", out _);

    /// <summary>Reads a subject.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SubjectTemplate Parse(string text, string component) =>
        TryParse(text, component, out var template) ? template! : throw new FormatException($"no subject: {text}");

    /// <summary>The subject of one message.</summary>
    public string Resolve(PeerName peer, ReadOnlySpan<byte> payload)
    {
        if (_names.Length == 0)
        {
            return _literals[0];
        }

        var subject = new StringBuilder(_literals[0]);
        for (var i = 0; i < _names.Length; i++)
        {
            AppendToken(subject, Value(_names[i], peer, payload));
            subject.Append(_literals[i + 1]);
        }

        return subject.ToString();
    }

    private static bool TryParse(string text, string component, out SubjectTemplate? template)
    {
        template = null;
        var literals = new List<string>();
        var names = new List<string>();
        var rest = text.AsSpan();
        while (rest.IndexOf('{') is var open and >= 0)
        {
            var close = rest.IndexOf('}');
            if (close < open || !IsName(rest[(open + 1)..close]))
            {
                return false;
            }

            literals.Add(rest[..open].ToString());
            names.Add(rest[(open + 1)..close].ToString());
            rest = rest[(close + 1)..];
        }

        literals.Add(rest.ToString());
        var filled = string.Join('x', literals);
        if (filled.Length == 0 || !filled.Split('.').All(static token => token.Length > 0 && token.All(IsTokenCharacter)))
        {
            return false;
        }

        template = new SubjectTemplate(component, [.. literals], [.. names]);
        return true;
    }

    private static bool IsName(ReadOnlySpan<char> name) => name is "peer" or "component" or "type"
        || (name.StartsWith(PayloadPrefix, StringComparison.Ordinal) && name.Length > PayloadPrefix.Length && !name.EndsWith("."));

    private static bool IsTokenCharacter(char c) => !char.IsWhiteSpace(c) && !char.IsControl(c) && c is not ('*' or '>' or '{' or '}');

    private static void AppendToken(StringBuilder subject, string value)
    {
        if (value.Length == 0)
        {
            subject.Append('_');
            return;
        }

        foreach (var c in value.AsSpan(0, Math.Min(value.Length, MaxTokenLength)))
        {
            subject.Append(IsTokenCharacter(c) && c != '.' && !char.IsSurrogate(c) ? c : '_');
        }
    }

    private string Value(string name, PeerName peer, ReadOnlySpan<byte> payload) => name switch
    {
        "peer" => peer.Identity,
        "component" => _component,
        "type" => EnvelopeTypes.Name(EnvelopeType.Data),
        _ => Scalar(payload, name.AsSpan(PayloadPrefix.Length)),
    };

    /// <summary>The text, number or truth value at a path of object keys; empty when there is none.</summary>
    private static string Scalar(ReadOnlySpan<byte> payload, ReadOnlySpan<char> path)
    {
        var reader = new Utf8JsonReader(payload);
        reader.Read();
        foreach (var part in path.Split('.'))
        {
            if (reader.TokenType != JsonTokenType.StartObject || !Find(ref reader, path[part]))
            {
                return "";
            }
        }

        return reader.TokenType switch
        {
            JsonTokenType.String => Text(ref reader),
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.ASCII.GetString(reader.ValueSpan),
            _ => "",
        };
    }

    private static bool Find(ref Utf8JsonReader reader, ReadOnlySpan<char> key)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(key);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: legal JSON that is no text.
            return "";
        }
    }
}
