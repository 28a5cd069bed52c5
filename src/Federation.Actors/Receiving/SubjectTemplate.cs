using System.Text;
using System.Text.Json;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>A port's subject with placeholders: <c>{peer}</c>, <c>{component}</c>, <c>{type}</c>, <c>{payload.path}</c> and, as the last
/// token, <c>{subject}</c> for the message's own subject.</summary>
/// <remarks>Immutable. Without placeholders it costs nothing per message. A value is one token: 1 to 64 characters without blanks, dots
/// or wildcards; for <c>{subject}</c> one or more, with <see cref="MaxLength"/> characters for the whole subject. <see
/// cref="SubjectGuard"/> decides which of its subjects may be published to.</remarks>
internal sealed class SubjectTemplate
{
    /// <summary>Characters of a subject with <c>{subject}</c>: a quarter of a server's control line (4 KiB), which also holds a reply
    /// subject, even in a wide script.</summary>
    private const int MaxLength = 512;

    private const int MaxTokenLength = 64;
    private const string PayloadPrefix = "payload.";
    private const string OwnSubject = "subject";
    private const string OwnSubjectToken = "{subject}";

    private readonly string _component;
    private readonly string[] _literals;
    private readonly string[] _names;
    private readonly bool _readsPayload;

    private SubjectTemplate(string component, string[] literals, string[] names)
    {
        _component = component;
        _literals = literals;
        _names = names;
        _readsPayload = Array.Exists(names, static name => name.StartsWith(PayloadPrefix, StringComparison.Ordinal));
        Wildcard = string.Join('*', literals);
        if (names.Length > 0 && names[^1] is OwnSubject)
        {
            Wildcard = Wildcard[..^1] + ">";
        }
    }

    /// <summary>With <c>*</c> for each placeholder, and <c>></c> for several tokens: the subject for a stream.</summary>
    public string Wildcard { get; }

    public bool IsFilled => Array.Exists(_names, static name => name is not ("component" or "type"));

    /// <summary>True when the port spells out its first token.</summary>
    public bool HasFirstToken => _names.Length == 0 || _literals[0].Contains('.', StringComparison.Ordinal);

    public static bool IsValid(string text) => TryParse(text, "component", out _);

    public static SubjectTemplate Parse(string text, string component) =>
        TryParse(text, component, out var template) ? template! : throw new FormatException($"not a subject: {text}");

    /// <summary>The subject of one message.</summary>
    public string Resolve(EnvelopeBatch batch, in EnvelopeEntry entry) =>
        Resolve(batch.Peer, _readsPayload ? batch.Payload(entry).Span : default, batch.Subject(entry));

    /// <param name="own">The message's subject between its quotes; empty when there is none.</param>
    public string Resolve(PeerName peer, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> own)
    {
        if (_names.Length == 0)
        {
            return _literals[0];
        }

        var subject = new StringBuilder(_literals[0]);
        for (var i = 0; i < _names.Length; i++)
        {
            if (_names[i] is OwnSubject)
            {
                AppendTokens(subject, Text(own));
            }
            else
            {
                AppendToken(subject, Value(_names[i], peer, payload));
            }

            subject.Append(_literals[i + 1]);
        }

        return subject.ToString();
    }

    private static bool TryParse(string text, string component, out SubjectTemplate? template)
    {
        template = null;
        var end = text.IndexOf(OwnSubjectToken, StringComparison.Ordinal);
        if (end >= 0 && (end + OwnSubjectToken.Length != text.Length || (end > 0 && text[end - 1] != '.')))
        {
            return false;
        }

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

    private static bool IsName(ReadOnlySpan<char> name) => name is "peer" or "component" or "type" or OwnSubject
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
            subject.Append(c == '.' ? '_' : Tame(c));
        }
    }

    private static void AppendTokens(StringBuilder subject, string value)
    {
        var limit = Math.Max(MaxLength, subject.Length + MaxTokenLength);
        var isEmpty = true;
        foreach (var c in value.AsSpan(0, Math.Min(value.Length, MaxLength)))
        {
            if (c == '.' && isEmpty)
            {
                subject.Append('_');
            }

            isEmpty = c == '.';
            subject.Append(Tame(c));
        }

        if (isEmpty)
        {
            subject.Append('_');
        }

        if (subject.Length > limit)
        {
            subject.Length = limit;
            subject[^1] = subject[^1] == '.' ? '_' : subject[^1];
        }
    }

    private static char Tame(char c) => IsTokenCharacter(c) && !char.IsSurrogate(c) ? c : '_';

    private string Value(string name, PeerName peer, ReadOnlySpan<byte> payload) => name switch
    {
        "peer" => peer.Identity,
        "component" => _component,
        "type" => EnvelopeTypes.Name(EnvelopeType.Data),
        _ => Scalar(payload, name.AsSpan(PayloadPrefix.Length)),
    };

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

    private static bool IsKey(ref Utf8JsonReader reader, ReadOnlySpan<char> key)
    {
        try
        {
            return reader.ValueTextEquals(key);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: legal JSON that is no text.
            return false;
        }
    }

    private static bool Find(ref Utf8JsonReader reader, ReadOnlySpan<char> key)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = IsKey(ref reader, key);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static string Text(ReadOnlySpan<byte> quoted)
    {
        if (!quoted.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(quoted);
        }

        byte[] json = [(byte)'"', .. quoted, (byte)'"'];
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return Text(ref reader);
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
