using System.Diagnostics;
using System.Text;
using Akka.Actor;
using BenchmarkDotNet.Attributes;
using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;

namespace Federation.Actors.Benchmarks.Micro;

/// <summary>What tracing adds to a batch of 64 from its receipt to its confirm; figures are for one message.</summary>
public class TracingBenchmarks
{
    private EnvelopeBatch _batch = Samples.Batch();
    private ActivityListener? _listener;

    /// <summary>
    /// Nobody listens; or a listener is there, and the senders have sampled nothing, or there is no trace and the sampler wants none, or
    /// all is sampled.
    /// </summary>
    [Params("off", "not sampled", "no trace, not sampled", "sampled")]
    public string Tracing { get; set; } = "";

    /// <summary>Makes the batch and the listener.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var flags = Tracing is "not sampled" ? "00" : "01";
        var envelope = Encoding.ASCII.GetBytes(Tracing is "no trace, not sampled"
            ? """{"type":"data","id":"m-00000001","payload":1}"""
            : """{"type":"data","id":"m-00000001","payload":1,"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-"""
                + flags + "\"}");
        var slab = Slab.Rent(envelope.Length);
        envelope.CopyTo(slab.Bytes.AsSpan());
        EnvelopeReader.TryRead(envelope, 0, out var entry);
        _batch = new EnvelopeBatch(slab, ActorRefs.Nobody, source: null, Samples.BatchLength);
        for (var i = 0; i < Samples.BatchLength; i++)
        {
            _batch.Add(entry);
        }

        if (Tracing is not "off")
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = static source => source.Name is Diagnostics.Tracing.SourceName,
                Sample = static (ref ActivityCreationOptions<ActivityContext> options) =>

                    // For a trace that begins here and is not sampled the OpenTelemetry SDK wants an activity all the same.
                    options.Parent == default ? ActivitySamplingResult.PropagationData : ActivitySamplingResult.AllDataAndRecorded,
            };
            ActivitySource.AddActivityListener(_listener);
        }
    }

    /// <summary>Ends the listener.</summary>
    [GlobalCleanup]
    public void End() => _listener?.Dispose();

    /// <summary>Receive, queue, publish.</summary>
    [Benchmark(OperationsPerInvoke = Samples.BatchLength)]
    public int Trace()
    {
        if (Diagnostics.Tracing.IsOn)
        {
            _batch.Traces = ReceiveSpans.Of(_batch, "edge-in");
        }

        var group = new PublishGroup(1, 1, 0, [new MessageRange(_batch, 0, Samples.BatchLength)]);
        var traced = 0;
        for (var i = 0; i < Samples.BatchLength; i++)
        {
            traced += PublishSpan.Begin(group, _batch, i, "edge-in", "federated.data") is null ? 0 : 1;
        }

        group.EndSpans([]);
        return traced;
    }
}
