using System.Text;
using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Protocol;

/// <summary>Batches as the pump fills them.</summary>
internal static class Batches
{
    /// <summary>A batch of these envelopes, one behind the other in one slab.</summary>
    public static EnvelopeBatch Of(params string[] envelopes) => In(out _, null, envelopes);

    /// <summary>The same, with the slab that it stands in.</summary>
    public static EnvelopeBatch In(out Slab slab, IBatchSource? source, params string[] envelopes)
    {
        slab = Slab.Rent(Math.Max(1, envelopes.Sum(Encoding.UTF8.GetByteCount)));
        var batch = new EnvelopeBatch(slab, ActorRefs.Nobody, source, 1);
        var start = 0;
        foreach (var envelope in envelopes)
        {
            start = Add(batch, slab, start, envelope);
        }

        return batch;
    }

    /// <summary>Writes an envelope into the slab and adds it to the batch.</summary>
    /// <returns>The byte behind it.</returns>
    public static int Add(EnvelopeBatch batch, Slab slab, int start, string envelope)
    {
        var length = Encoding.UTF8.GetBytes(envelope, slab.Bytes.AsSpan(start));
        Assert.True(EnvelopeReader.TryRead(slab.Bytes.AsSpan(start, length), start, out var entry));
        batch.Add(entry);
        return start + length;
    }

    /// <summary>The ids of the data envelopes.</summary>
    public static IReadOnlyList<string> Ids(EnvelopeBatch batch) =>
        [.. Enumerable.Range(0, batch.Count).Select(index => Encoding.UTF8.GetString(batch.Id(batch[index])))];

    /// <summary>The payloads of the data envelopes.</summary>
    public static IReadOnlyList<string> Payloads(EnvelopeBatch batch) =>
        [.. Enumerable.Range(0, batch.Count).Select(index => Encoding.UTF8.GetString(batch.Payload(batch[index]).Span))];
}
