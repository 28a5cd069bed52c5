using System.Text;
using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Protocol;

public sealed class EnvelopeAllocationTests
{
    private const string Plain =
        """{"type":"data","id":"msg-1704844800000-17","timestamp":1704844800000"""
            + ""","payload":{"device":"d\u00e9","values":[1.5,2.25,{"x":null}]}}""";

    private const string Passed =
        """{"type":"data","id":"msg-17","via":["edge-7","hub-1"],"subject":"factory.line-1","payload":{"device":"d"}}""";

    [Theory]
    [InlineData(Plain)]
    [InlineData(Passed)]
    public void A_batch_costs_the_same_with_100_messages_as_with_1000(string envelope)
    {
        var bytes = Encoding.UTF8.GetBytes(envelope);
        var few = Measure(bytes, 100);
        var many = Measure(bytes, 1000);

        Assert.True(few > 0);
        Assert.Equal(few, many);
    }

    [Fact]
    public void Acks_written_to_a_warm_buffer_allocate_nothing()
    {
        var buffer = new OutboundBuffer(4096);
        Acknowledge(buffer);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Acknowledge(buffer);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        buffer.Release();
    }

    /// <summary>Bytes allocated for one batch, from its first byte to its last answer, when the pools are warm.</summary>
    private static long Measure(byte[] envelope, int messages)
    {
        Run(envelope, messages);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(envelope, messages);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Run(byte[] envelope, int messages)
    {
        var slab = Slab.Rent(messages * envelope.Length);
        var batch = new EnvelopeBatch(slab, ActorRefs.Nobody, null);
        for (var index = 0; index < messages; index++)
        {
            var start = index * envelope.Length;
            envelope.CopyTo(slab.Bytes.AsSpan(start));
            if (!EnvelopeReader.TryRead(slab.Bytes.AsSpan(start, envelope.Length), start, out var entry))
            {
                throw new InvalidOperationException("the envelope is one");
            }

            batch.Add(entry);
        }

        for (var index = 0; index < messages; index++)
        {
            batch.Release(1);
        }
    }

    private static void Acknowledge(OutboundBuffer buffer)
    {
        buffer.Clear();
        for (var index = 0; index < 1000; index++)
        {
            EnvelopeWriter.WriteAck(buffer, "msg-1704844800000-17"u8, 1704844800000);
        }
    }
}
