using System.Text;
using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Benchmarks.Micro;

/// <summary>What the micro-benchmarks work on.</summary>
internal static class Samples
{
    /// <summary>Envelopes in a batch.</summary>
    public const int BatchLength = 64;

    /// <summary>An envelope as sensors send it.</summary>
    public static byte[] Envelope(int size)
    {
        const string Start =
            """{"type":"data","id":"m-00000001","timestamp":1704844800000,"payload":{"sensor_id":"temp-01","value":23.5,"pad":" """;
        var start = Start.TrimEnd();
        return Encoding.ASCII.GetBytes(start + new string('x', size - start.Length - 3) + "\"}}");
    }

    /// <summary>A batch of small envelopes.</summary>
    public static EnvelopeBatch Batch()
    {
        var envelope = Envelope(Plan.Small);
        var slab = Slab.Rent(envelope.Length * BatchLength);
        var batch = new EnvelopeBatch(slab, ActorRefs.Nobody, source: null, BatchLength);
        for (var i = 0; i < BatchLength; i++)
        {
            envelope.CopyTo(slab.Bytes.AsSpan(i * envelope.Length));
            EnvelopeReader.TryRead(envelope, i * envelope.Length, out var entry);
            batch.Add(entry);
        }

        return batch;
    }
}
