using System.Text.Json;
using Akka;
using Akka.Actor;
using Akka.Hosting;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Federation.Actors.Samples.Shop;

/// <summary>Brings what freezers report to their entities, and acks a report when its entity has it.</summary>
internal sealed class FreezerFeed(IFederation federation, IRequiredActor<Freezer> freezers, ActorSystem system) : IHostedService
{
    /// <summary>Time an entity has to answer; it may have to be started, on another node even.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Reports on their way to entities at a time; the rest waits in the component's queue.</summary>
    private const int Parallelism = 64;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var region = await freezers.GetAsync(cancellationToken);
        // README: feed
        _ = federation.SourceWithAck("freezers-in").AsSource()
            .SelectAsync(Parallelism, taken => ReportAsync(region, message: taken.Item1, answer: taken.Item2))
            .RunWith(Sink.Ignore<Done>(), system.Materializer());
        // README: end
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<Done> ReportAsync(IActorRef region, ReceivedMessage message, ReceivedAck answer)
    {
        if (Celsius(message.Payload) is not { } celsius)
        {
            answer.Nack("expected {\"celsius\": a number}");
            return Done.Instance;
        }

        try
        {
            await region.Ask<Freezer.Temperature>(new Freezer.Report(message.Peer, celsius), Patience);
            answer.Ack();
        }
        catch (AskTimeoutException)
        {
            answer.Nack("the shop has not taken it in time");
        }

        return Done.Instance;
    }

    private static double? Celsius(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("celsius", out var celsius)
                && celsius.TryGetDouble(out var value) ? value : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
