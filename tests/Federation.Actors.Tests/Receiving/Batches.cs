using System.Text;
using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Receiving;

/// <summary>Batches as a pump would make them.</summary>
internal static class Batches
{
    /// <summary>Data envelopes with these ids, from nobody in particular.</summary>
    internal static EnvelopeBatch Of(params string[] ids) => From(ActorRefs.Nobody, null, ids);

    internal static EnvelopeBatch From(IActorRef connection, params string[] ids) => From(connection, null, ids);

    internal static EnvelopeBatch From(IActorRef connection, IBatchSource? source, params string[] ids) =>
        Read(connection, source, [.. ids.Select(Envelope)]);

    /// <summary>The envelope of an id; an empty one makes an envelope without.</summary>
    internal static string Envelope(string id) =>
        id.Length == 0 ? """{"type":"data","payload":{"v":0}}""" : $$$"""{"type":"data","id":"{{{id}}}","payload":{"v":"{{{id}}}"}}""";

    /// <summary>Envelopes of these lengths, whose texts nobody reads.</summary>
    internal static EnvelopeBatch OfLengths(params int[] lengths)
    {
        var batch = new EnvelopeBatch(Slab.Rent(1), ActorRefs.Nobody, null);
        foreach (var length in lengths)
        {
            batch.Add(new EnvelopeEntry { Type = EnvelopeType.Data, Length = length, IdLength = 1, PayloadLength = 1 });
        }

        return batch;
    }

    internal static MessageRange All(EnvelopeBatch batch) => new(batch, 0, batch.Count);

    /// <summary>The ids of a range, in order.</summary>
    internal static string[] Ids(MessageRange range) =>
        [.. Enumerable.Range(range.From, range.Count).Select(index => Encoding.UTF8.GetString(range.Batch.Id(range.Batch[index])))];

    internal static string[] Ids(IEnumerable<MessageRange> ranges) => [.. ranges.SelectMany(Ids)];

    /// <summary>True when the memory of the batch is back in its pool.</summary>
    internal static bool IsFreed(EnvelopeBatch batch)
    {
        try
        {
            return batch[0].Length < 0;
        }
        catch (IndexOutOfRangeException)
        {
            return true;
        }
    }

    private static EnvelopeBatch Read(IActorRef connection, IBatchSource? source, string[] texts)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(texts));
        var slab = Slab.Rent(bytes.Length);
        bytes.CopyTo(slab.Bytes, 0);
        var batch = new EnvelopeBatch(slab, connection, source);
        var at = 0;
        foreach (var text in texts)
        {
            var length = Encoding.UTF8.GetByteCount(text);
            Assert.True(EnvelopeReader.TryRead(slab.Bytes.AsSpan(at, length), at, out var entry));
            batch.Add(entry);
            at += length;
        }

        return batch;
    }
}
