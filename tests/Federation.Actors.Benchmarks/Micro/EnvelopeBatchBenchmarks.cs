using Akka.Actor;
using BenchmarkDotNet.Attributes;
using Federation.Actors.Protocol;

namespace Federation.Actors.Benchmarks.Micro;

/// <summary>The life of a batch; figures are for one of its messages.</summary>
public class EnvelopeBatchBenchmarks
{
    private EnvelopeEntry _entry;
    private int _length;

    /// <summary>Reads the envelope once.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var envelope = Samples.Envelope(Plan.Small);
        _length = envelope.Length;
        EnvelopeReader.TryRead(envelope, 0, out _entry);
    }

    /// <summary>Filled, taken in, answered: slab and entries come from their pools and go back.</summary>
    [Benchmark(OperationsPerInvoke = Samples.BatchLength)]
    public long FillAndRelease()
    {
        var batch = new EnvelopeBatch(Slab.Rent(_length * Samples.BatchLength), ActorRefs.Nobody, source: null, Samples.BatchLength);
        for (var i = 0; i < Samples.BatchLength; i++)
        {
            batch.Add(_entry);
        }

        var bytes = batch.Bytes;
        batch.ReturnCredit();
        batch.Release(Samples.BatchLength);
        return bytes;
    }
}
