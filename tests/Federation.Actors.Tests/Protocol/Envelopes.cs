using System.Text;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Protocol;

/// <summary>Envelopes as text, and what the reader finds in them.</summary>
internal static class Envelopes
{
    /// <summary>What stands in one envelope; null when it is none.</summary>
    public static ReadEnvelope? Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    /// <summary>What stands in one envelope; null when it is none.</summary>
    public static ReadEnvelope? Read(byte[] json)
    {
        if (!EnvelopeReader.TryRead(json, 0, out var entry))
        {
            return null;
        }

        Assert.Equal(json.Length, entry.Length);
        var id = entry.HasId ? Encoding.UTF8.GetString(json, entry.IdOffset, entry.IdLength) : null;
        var payload = entry.HasPayload ? Encoding.UTF8.GetString(json, entry.PayloadOffset, entry.PayloadLength) : null;
        var via = entry.HasVia ? Ids(new ViaIds(json.AsSpan(entry.ViaOffset, entry.ViaLength))) : null;
        var subject = entry.HasSubject ? Encoding.UTF8.GetString(json, entry.SubjectOffset, entry.SubjectLength) : null;
        return new ReadEnvelope(EnvelopeTypes.Name(entry.Type), id, payload, via, subject);
    }

    /// <summary>Ids with commas between them.</summary>
    public static string Ids(ViaIds via)
    {
        var ids = new List<string>();
        foreach (var id in via)
        {
            ids.Add(Encoding.ASCII.GetString(id));
        }

        return string.Join(',', ids);
    }

    /// <summary>The texts in a buffer.</summary>
    public static IReadOnlyList<string> Texts(OutboundBuffer buffer) =>
        [.. Enumerable.Range(0, buffer.Count).Select(index => Encoding.UTF8.GetString(buffer[index].Span))];

    /// <summary>The one text that <paramref name="write"/> writes.</summary>
    public static string Written(Action<OutboundBuffer> write)
    {
        var buffer = new OutboundBuffer(64);
        write(buffer);
        var text = Assert.Single(Texts(buffer));
        buffer.Release();
        return text;
    }

    /// <summary>A data envelope with as many characters as said.</summary>
    public static string Data(string id, int length)
    {
        var frame = $$"""{"type":"data","id":"{{id}}","payload":""}""";
        return frame.Insert(frame.Length - 2, new string('x', length - frame.Length));
    }
}
