using System.Globalization;
using System.Text;

namespace Federation.Actors.Tests.Fuzz;

/// <summary>
/// Makes envelopes of which every field may be missing, empty, repeated or of any type, and broken ones; and says what each has to get
/// back.
/// </summary>
/// <remarks>What it says comes from the protocol page and the fields as they were drawn, not from a reader. Not thread-safe.</remarks>
internal sealed class EnvelopeFuzz(int seed, string node)
{
    /// <summary>A payload that begins like this is refused by the bus of the test.</summary>
    public const string Refused = "{\"refuse\":";

    private static readonly string[] Anything = [
        "null", "\"\"", "0", "-1.5e3", "true", "false", "{}", "[]", "[\"a\"]", "{\"a\":{\"b\":[1,2]}}", "\"text\"", "\"\\ud83d\\ude00\""];
    private static readonly string[] Types = [
        "data", "data", "data", "data", "data", "data", "d\\u0061ta", "request", "reply", "ack", "nack", "slow", "other", "DATA"];
    private static readonly string[] Subjects = ["a", "a.b.c", "", "a..b", ">", "*", " ", "$SYS.x", "\\u0061", "\\ud800", ".", "x\\ty"];
    private static readonly string[] Vias = [
        "[]", "[\"n1\"]", "[\"n1\", \"n2\"]", "[ ]", "[\"n1\",\"n2\",\"n3\"]", "[\"n1\",\"n2\",\"n3\",\"n4\"]"];
    private static readonly string[] Traces = [
        "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"", "\"\"", "\"00-0\"", "1", "null"];
    private static readonly string[] Ids = ["{0}", "{0}\\u00e9", "{0}\\\"", "{0} /{{}}", "é{0}"];

    private readonly Random _random = new(seed);
    private readonly List<(string Key, string Value)> _members = [];
    private long _number;

    /// <summary>The next one.</summary>
    /// <param name="text">Its bytes.</param>
    /// <returns>What is known of it.</returns>
    public Expected Next(out byte[] text)
    {
        _members.Clear();
        _number++;
        Add("type", 97, () => $"\"{Pick(Types)}\"");
        Add("id", 90,
            () => _random.Next(12) == 0 ? "\"\"" : $"\"{string.Format(CultureInfo.InvariantCulture, Pick(Ids), $"m{_number}")}\"");
        Add("payload", 93, Payload);
        Add("subject", 40, () => $"\"{Pick(Subjects)}\"");
        Add("via", 15, () => _random.Next(6) == 0 ? $"[\"n1\",\"{node}\"]" : Pick(Vias));
        Add("traceparent", 10, () => Pick(Traces));
        Add("timestamp", 50, () => "1704844800000");
        Add("extra", 10, () => Pick(Anything));
        for (var i = _members.Count - 1; i > 0; i--)
        {
            var other = _random.Next(i + 1);
            (_members[i], _members[other]) = (_members[other], _members[i]);
        }

        var json = new StringBuilder("{");
        for (var i = 0; i < _members.Count; i++)
        {
            json.Append(i == 0 ? "" : ",").Append('"').Append(_members[i].Key).Append("\":").Append(_members[i].Value);
        }

        json.Append('}');
        var expected = Judge();
        if (_random.Next(20) == 0)
        {
            // A prefix of an object is never one, and neither is anything with a byte behind it.
            text = Encoding.UTF8.GetBytes(_random.Next(2) == 0 ? json.ToString(0, _random.Next(json.Length)) : json.Append('x').ToString());
            return Expected.None;
        }

        text = Encoding.UTF8.GetBytes(json.ToString());
        return expected;
    }

    private void Add(string key, int percent, Func<string> value)
    {
        // One in thirty is there twice, one in thirty is of any type.
        for (var times = _random.Next(100) >= percent ? 0 : _random.Next(30) == 0 ? 2 : 1; times > 0; times--)
        {
            // No two have the same id: of two such messages one may give way in the queue, and nobody could say which.
            var any = _random.Next(30) == 0 ? Pick(Anything) : null;
            _members.Add((key, any is null || (key is "id" && any.Length > 2 && IsText(any)) ? value() : any));
        }
    }

    private string Payload() => _random.Next(8) switch
    {
        0 => Pick(Anything),
        1 => $"{Refused}{_number}}}",
        2 => $"\"{new string('x', _random.Next(_random.Next(100) == 0 ? 70_000 : 300))}{_number}\"",
        3 => $$"""{"kind":{{Pick(Anything)}},"n":{{_number}}}""",
        4 => $$"""{"method":"{{(_random.Next(2) == 0 ? "status" : "other")}}","params":{{Pick(Anything)}},"n":{{_number}}}""",
        _ => _number.ToString(CultureInfo.InvariantCulture),
    };

    private string Pick(string[] from) => from[_random.Next(from.Length)];

    /// <summary>The last of the values of a key.</summary>
    private string? Last(string key) => _members.FindLast(member => string.Equals(member.Key, key, StringComparison.Ordinal)).Value;

    private Expected Judge()
    {
        var (type, id, payload, subject, via) = (Last("type"), Last("id"), Last("payload"), Last("subject"), Last("via"));
        if (!IsText(type) || type is "\"\"" || !(id is null or "null" || IsText(id))
            || !(subject is null or "null" || IsText(subject)) || !(via is null || IsVia(via)))
        {
            return Expected.None;
        }

        var name = IsText(id) && id!.Length > 2 ? id[1..^1] : "";
        return type switch
        {
            "\"data\"" or "\"d\\u0061ta\"" => new Expected(
                name,
                payload is null ? Answer.MissingPayload
                : via is not null && (via.Contains(node, StringComparison.Ordinal) || via.Count(static c => c == '"') / 2 > 3) ? Answer.Loop
                : payload.StartsWith(Refused, StringComparison.Ordinal) ? Answer.Refused
                : Answer.Ack,
                payload),
            "\"request\"" => new Expected(name, Answer.Reply, payload),
            _ => Expected.None,
        };
    }

    private static bool IsText(string? value) => value is not null && value[0] == '"';

    private static bool IsVia(string value) => value is "[]" or "[\"a\"]" or "[ ]" || value.StartsWith("[\"n1", StringComparison.Ordinal);

    /// <summary>What an envelope gets back.</summary>
    internal enum Answer
    {
        None,
        Ack,
        Refused,
        MissingPayload,
        Loop,
        Reply,
    }

    /// <param name="Id">As it stands between its quotes; empty: nothing comes back.</param>
    /// <param name="What">What comes back.</param>
    /// <param name="Payload">What is published, if it is.</param>
    internal sealed record Expected(string Id, Answer What, string? Payload)
    {
        public static Expected None { get; } = new("", Answer.None, null);
    }
}
