using BenchmarkDotNet.Attributes;
using Federation.Actors.Protocol;

namespace Federation.Actors.Benchmarks.Micro;

/// <summary>One text written.</summary>
public class EnvelopeWriterBenchmarks
{
    private const long Timestamp = 1704844800000;

    private readonly OutboundBuffer _output = new(4096);
    private readonly byte[] _payload = """{"sensor_id":"temp-01","value":23.5}"""u8.ToArray();

    /// <summary>An ack.</summary>
    [Benchmark(Baseline = true)]
    public int WriteAck()
    {
        _output.Clear();
        EnvelopeWriter.WriteAck(_output, "m-00000001"u8, Timestamp);
        return _output.Length;
    }

    /// <summary>A nack, with its payload.</summary>
    [Benchmark]
    public int WriteNack()
    {
        _output.Clear();
        EnvelopeWriter.WriteNack(_output, "m-00000001"u8, Timestamp, NackReason.QueueFull, "the queue is full");
        return _output.Length;
    }

    /// <summary>A data envelope.</summary>
    [Benchmark]
    public int WriteData()
    {
        _output.Clear();
        EnvelopeWriter.WriteData(_output, "m-00000001"u8, Timestamp, _payload);
        return _output.Length;
    }
}
