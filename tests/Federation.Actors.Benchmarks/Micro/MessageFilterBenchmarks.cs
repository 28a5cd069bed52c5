using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Federation.Actors.Sending;

namespace Federation.Actors.Benchmarks.Micro;

/// <summary>One message held against a filter.</summary>
public class MessageFilterBenchmarks
{
    private readonly byte[] _payload =
        """{"sensor_id":"temp-01","place":{"hall":4,"row":17},"value":23.5,"severity":"warning"}"""u8.ToArray();
    private MessageFilter _bySubject = MessageFilter.All;
    private MessageFilter _byPayload = MessageFilter.All;

    /// <summary>Reads the filters.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _bySubject = Parse("""{"subjects":["sensors.pressure","sensors.*.hall4"]}""");
        _byPayload = Parse("""{"filter":{"path":"$.value","operator":">","value":20}}""");
    }

    /// <summary>By two subjects, of which the second matches.</summary>
    [Benchmark(Baseline = true)]
    public bool BySubject() => _bySubject.Match("sensors.temperature.hall4", _payload);

    /// <summary>By a number in the payload.</summary>
    [Benchmark]
    public bool ByPayload() => _byPayload.Match("sensors.temperature.hall4", _payload);

    private static MessageFilter Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return MethodParams.TryRead(SubscribeParams.Read, document.RootElement, out var filter, out var error)
            ? filter : throw new InvalidOperationException(error);
    }
}
