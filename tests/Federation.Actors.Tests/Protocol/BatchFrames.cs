using System.Text;
using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Protocol;

/// <summary>Batch frames as bytes, and the envelopes that their records mean.</summary>
internal static class BatchFrames
{
    /// <summary>Room for every frame of a test that is not about limits.</summary>
    private const int Limit = 60 * 1024;

    /// <summary>The frames of messages, numbered from 1; or without answers.</summary>
    public static IReadOnlyList<byte[]> Write(IEnumerable<OutboundMessage> messages, bool isAnswered = true, int limit = Limit)
    {
        var buffer = new OutboundBuffer(16);
        var writer = new DataFrameWriter(limit);
        var sequence = 0;
        foreach (var message in messages)
        {
            writer.Write(buffer, message, isAnswered ? ++sequence : 0);
        }

        writer.End(buffer);
        Assert.All(Enumerable.Range(0, buffer.Count), index => Assert.True(buffer.IsBinary(index)));
        byte[][] frames = [.. Enumerable.Range(0, buffer.Count).Select(index => buffer[index].ToArray())];
        buffer.Release();
        return frames;
    }

    /// <summary>Reads a frame that stands behind other bytes.</summary>
    /// <returns>What is wrong with it; null: nothing.</returns>
    public static string? Read(DataFrameReader reader, byte[] frame, out IReadOnlyList<string> envelopes)
    {
        const int before = 5;
        var slab = Slab.Rent(before + frame.Length);
        frame.CopyTo(slab.Bytes, before);
        var batch = new EnvelopeBatch(slab, ActorRefs.Nobody, null);
        List<string> read = [];
        envelopes = read;
        var fault = reader.Begin(slab.Bytes, before, before + frame.Length);
        while (fault is null && !reader.IsEnded)
        {
            fault = reader.Read(slab.Bytes, out var entry);
            if (fault is null)
            {
                batch.Add(entry);
                read.Add(Envelope(batch, entry));
            }
        }

        Assert.Equal(read.Count, batch.Count + batch.Controls.Count);
        batch.Drop();
        return fault;
    }

    /// <summary>The envelope of an entry, without its type and timestamp.</summary>
    public static string Envelope(EnvelopeBatch batch, in EnvelopeEntry entry)
    {
        var id = Encoding.UTF8.GetString(batch.Id(entry));
        var subject = Encoding.UTF8.GetString(batch.Subject(entry));
        var payload = Encoding.UTF8.GetString(batch.Payload(entry).Span);
        var json = new StringBuilder("{");
        json.Append(entry.HasId ? $"\"id\":\"{id}\"," : "");
        json.Append(subject.Length > 0 ? $"\"subject\":\"{subject}\"," : "");
        json.Append(entry.HasTrace ? $"\"traceparent\":\"{Encoding.ASCII.GetString(batch.Trace(entry))}\"," : "");
        json.Append(entry.HasVia ? $"\"via\":[{string.Join(',', Nodes(batch.Via(entry)))}]," : "");
        return json.Append($"\"payload\":{payload}}}").ToString();
    }

    private static IEnumerable<string> Nodes(ViaIds via) =>
        Envelopes.Ids(via).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static id => $"\"{id}\"");
}
