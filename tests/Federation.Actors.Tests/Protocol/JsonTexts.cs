using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Federation.Actors.Tests.Protocol;

/// <summary>JSON as peers may write it: nested, escaped, spaced oddly, with numbers no double can hold.</summary>
internal static class JsonTexts
{
    private static readonly Gen<string> Space = Gen.Elements("", "", "", " ", "\t", "\r\n", "  \n ");

    private static readonly Gen<string> Number = Gen.Elements(
        "0", "-0", "7", "-12", "3.250", "1e5", "1E+400", "-2.5e-3", "123456789012345678901234567890", "0.10000000000000000555");

    private static readonly Gen<string> Word = Gen.Elements("true", "false", "null");

    /// <summary>What may stand between the quotes of a string.</summary>
    public static Gen<string> Inner { get; } =
        from parts in Gen.Elements(
            "a", "Z", " ", "é", "漢", "😀", "\u2028", "\u007f", "<", "&", "{", "}", "[", "]", ",", ":", "type", "payload",
            "\\\"", "\\\\", "\\/", "\\b", "\\n", "\\t", "\\u00e9", "\\u00E9", "\\ud83d\\ude00", "\\u0000").ArrayOf()
        select string.Concat(parts.Take(12));

    /// <summary>Any JSON value without space around it.</summary>
    public static Gen<string> Value { get; } = Gen.Sized(size => Nested(Math.Min(size / 10, 5)));

    /// <summary>A list of nodes with any space in it, and its ids with commas between them.</summary>
    public static Gen<(string Text, string Ids)> Via { get; } =
        from ids in Gen.Elements("a", "Z-9_", "node-1", "0", new string('x', 64)).ArrayOf()
        from space in Space
        select ($"[{space}{string.Join(space + "," + space, ids.Take(5).Select(id => $"\"{id}\""))}{space}]", string.Join(
            ',', ids.Take(5)));

    /// <summary>
    /// A data envelope with any id, payload, further keys and space, in any order, and perhaps with a list of nodes and a subject; and what
    /// is in it.
    /// </summary>
    public static Gen<(string Text, string Id, string Payload, string? Via, string? Subject)> DataEnvelope { get; } =
        from id in Inner
        from payload in Value
        from other in Value
        from via in Via
        from subject in Inner
        from space in Space.ArrayOf(14)
        from order in Gen.Shuffle(["type", "id", "timestamp", "payload", "other", "via", "subject"])
        from left in Gen.Elements("", "via", "subject")
        let members = order.Where(key => !string.Equals(key, left, StringComparison.Ordinal))
            .Select((key, index) =>
                $"\"{key}\"{space[index]}:{space[index + 5]}{ValueOf(key, id, payload, via.Text, subject, other)}{space[index + 6]}")
        select ($"{space[0]}{{{space[1]}{string.Join(',', members)}}}{space[13]}",
            id, payload, left is "via" ? null : via.Ids, left is "subject" ? null : subject);

    /// <summary>A data envelope in which some bytes were changed, lost, put in or cut off.</summary>
    public static Gen<byte[]> Broken { get; } =
        from envelope in DataEnvelope
        from faults in
            (from at in Gen.Choose(0, int.MaxValue)
             from kind in Gen.Choose(0, 3)
             from value in Gen.OneOf(Gen.Choose(0, 255), Gen.Elements("{}[]\",:\\u0e-. tn".Select(c => (int)c).ToArray()))
             select (at, kind, value)).NonEmptyListOf()
        select faults.Take(4).Aggregate(
            Encoding.UTF8.GetBytes(envelope.Text), (bytes, fault) => Break(bytes, fault.at, fault.kind, (byte)fault.value));

    private static string ValueOf(string key, string id, string payload, string via, string subject, string other) => key switch
    {
        "type" => "\"data\"",
        "id" => $"\"{id}\"",
        "payload" => payload,
        "via" => via,
        "subject" => $"\"{subject}\"",
        _ => other,
    };

    private static Gen<string> Nested(int depth)
    {
        var scalar = Gen.OneOf(Inner.Select(inner => $"\"{inner}\""), Number, Word);
        if (depth == 0)
        {
            return scalar;
        }

        var list =
            from items in Nested(depth - 1).ArrayOf()
            from space in Space
            select $"[{space}{string.Join(space + "," + space, items.Take(4))}{space}]";
        var map =
            from keys in Inner.ArrayOf()
            from value in Nested(depth - 1)
            from space in Space
            select $"{{{space}{string.Join(space + ",", keys.Take(4).Select(key => $"\"{key}\"{space}:{value}"))}{space}}}";
        return Gen.OneOf(scalar, list, map);
    }

    private static byte[] Break(byte[] bytes, int at, int kind, byte value)
    {
        var index = at % (bytes.Length + 1);
        return kind switch
        {
            0 when index < bytes.Length => [.. bytes[..index], value, .. bytes[(index + 1)..]],
            1 when index < bytes.Length => [.. bytes[..index], .. bytes[(index + 1)..]],
            2 => [.. bytes[..index], value, .. bytes[index..]],
            _ => bytes[..index],
        };
    }
}
