using BenchmarkDotNet.Attributes;
using Federation.Actors.Protocol;

namespace Federation.Actors.Benchmarks.Micro;

/// <summary>One envelope read.</summary>
public class EnvelopeReaderBenchmarks
{
    private byte[] _envelope = [];

    /// <summary>Bytes of the envelope.</summary>
    [Params(150, 1024, 16 * 1024)]
    public int Size { get; set; }

    /// <summary>Makes the envelope.</summary>
    [GlobalSetup]
    public void Prepare() => _envelope = Samples.Envelope(Size);

    /// <summary>Finds its parts.</summary>
    [Benchmark]
    public bool TryRead() => EnvelopeReader.TryRead(_envelope, 0, out _);
}
