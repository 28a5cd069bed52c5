using Federation.Actors.Configuration;
using Federation.Actors.Protocol;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Nats;

/// <summary>Names and configuration of the consumers of a component's inputs.</summary>
/// <remarks>Each has an explicit name: a server of 2.9 names an unnamed consumer after its subject, and a newer one takes the subject for
/// the name.</remarks>
internal sealed class InputConsumers(ComponentSettings settings, Action<string> note)
{
    /// <summary>The server deletes an ephemeral consumer after this time without readers. It is created again at its position when
    /// needed.</summary>
    private static readonly TimeSpan EphemeralTime = TimeSpan.FromSeconds(30);

    /// <summary>No part contains a =.</summary>
    public static string Durable(string component, string input, string peer) => $"{component}={input}={peer}";

    public ConsumerConfig Of(InputPortSettings port, PeerName peer)
    {
        var own = port.Of(peer.Identity);
        if (!HasDurable(peer))
        {
            return Ephemeral(own, peer.Identity) with { DeliverPolicy = ConsumerConfigDeliverPolicy.New };
        }

        // A server is dialled by one component, under whichever of its addresses: its place in the stream is the component's, unless
        // each address has messages of its own.
        return Any(own) with
        {
            DurableName = settings.Mode == ComponentMode.Client && !port.IsPerPeer
                ? $"{settings.Name}={port.Name}" : Durable(settings.Name, port.Name, peer.Identity),
            Description = settings.Egress.DurableExpiry == TimeSpan.Zero
                ? "Federation.Actors: never expires (egress.durable_expiry)"
                : $"Federation.Actors: expires {Units.Write(settings.Egress.DurableExpiry)} after its last use (egress.durable_expiry)",
            InactiveThreshold = settings.Egress.DurableExpiry,
            DeliverPolicy = port.Deliver == DeliverPolicy.New ? ConsumerConfigDeliverPolicy.New : ConsumerConfigDeliverPolicy.All,
        };
    }

    public ConsumerConfig Ephemeral(InputPortSettings port, string use) => Any(port) with
    {
        Name = $"{settings.Name}={port.Name}={use}={Guid.NewGuid():N}",
        InactiveThreshold = EphemeralTime,
    };

    /// <summary>A durable consumer uses memory of the server as long as it exists, and claimed names are free.</summary>
    private bool HasDurable(PeerName peer)
    {
        if (settings.Mode == ComponentMode.Client || !peer.Lasting)
        {
            return settings.Mode == ComponentMode.Client;
        }

        var hasDurable = peer.Vouched || settings.Auth.Type != AuthType.None
            || settings.Egress.DurableUnverified || settings.Server.IsLoopback;
        if (!hasDurable)
        {
            note("the names of peers are not verified, so JetStream does not keep the positions of disconnected peers; set auth.type, "
                + "server.tls.client_ca_file or egress.durable_unverified = true");
        }

        return hasDurable;
    }

    private ConsumerConfig Any(InputPortSettings port) => new()
    {
        FilterSubject = port.Subject,
        AckPolicy = ConsumerConfigAckPolicy.Explicit,
        AckWait = settings.Egress.AckWait,
        MaxAckPending = settings.Egress.WindowOf(isBatching: false),
    };
}

internal static class ForgottenPeer
{
    /// <returns>Consumer and stream of each, and false where a node still reads from it.</returns>
    public static async Task<IReadOnlyList<(string Consumer, string Stream, bool IsDeleted)>> ForgetAsync(
        NatsConnection connection, NatsSettings nats, ComponentSettings component, string peer, CancellationToken cancel)
    {
        var streams = NatsOptions.Streams(connection, nats);
        var found = new List<(string, string, bool)>();
        foreach (var port in component.Ports.Inputs.Where(static port => port.Type == PortType.Jetstream))
        {
            var consumer = InputConsumers.Durable(component.Name, port.Name, peer);
            foreach (var stream in port.Stream.Length > 0 ? [port.Stream] : await StreamCheck.FindAsync(streams, port.Of(peer).Subject, cancel))
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
}
