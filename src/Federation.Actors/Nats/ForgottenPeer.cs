using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Federation.Actors.Nats;

/// <summary>Deletes what streams keep for a peer that does not come back. Stateless; needs no running node.</summary>
internal static class ForgottenPeer
{
    /// <summary>Deletes the durable consumers of a peer.</summary>
    /// <param name="connection">To the server that has the streams.</param>
    /// <param name="nats">The domain of the streams.</param>
    /// <param name="component">The component that the peer connected to.</param>
    /// <param name="peer">The peer's name.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>What was deleted, and what was not because a node reads from it: name of the consumer and of its stream.</returns>
    public static async Task<IReadOnlyList<(string Consumer, string Stream, bool IsDeleted)>> ForgetAsync(
        NatsConnection connection, NatsSettings nats, ComponentSettings component, string peer, CancellationToken cancel)
    {
        var streams = NatsOptions.Streams(connection, nats);
        var found = new List<(string, string, bool)>();
        foreach (var port in component.Ports.Inputs.Where(static port => port.Type == PortType.Jetstream))
        {
            var consumer = InputConsumers.Durable(component.Name, port.Name, peer);
            foreach (var stream in await StreamsAsync(streams, port, cancel))
            {
                try
                {
                    // A node asks for messages as long as the peer is connected, and would make the consumer again.
                    var isRead = (await streams.GetConsumerAsync(stream, consumer, cancel)).Info.NumWaiting > 0;
                    found.Add((consumer, stream, !isRead && await streams.DeleteConsumerAsync(stream, consumer, cancel)));
                }
                catch (NatsJSApiException e) when (e.Error.Code == 404)
                {
                    // Nothing is kept for the peer here.
                }
            }
        }

        return found;
    }

    private static async Task<IReadOnlyList<string>> StreamsAsync(NatsJSContext streams, InputPortSettings port, CancellationToken cancel)
    {
        if (port.Stream.Length > 0)
        {
            return [port.Stream];
        }

        var found = new List<string>();
        await foreach (var stream in streams.ListStreamNamesAsync(port.Subject, cancel))
        {
            found.Add(stream);
        }

        return found;
    }
}
