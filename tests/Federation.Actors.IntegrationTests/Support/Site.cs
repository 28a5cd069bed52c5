using System.Text;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>
/// One site of a federation in this process: a nats-server of its own, a node, and a program that keeps all events it sees.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly NatsServer _server;
    private readonly NatsConnection _nats;
    private readonly NatsSubscriber _events;

    private Site(string name, NatsServer server, TestNode node, NatsSubscriber events)
    {
        Name = name;
        _server = server;
        Node = node;
        _events = events;
        _nats = new NatsConnection(new NatsOpts { Url = server.Url });
    }

    public string Name { get; }

    public TestNode Node { get; }

    /// <summary>Everything on <c>events.data.></c> so far: subject, payload in base64, and the nodes it has passed.</summary>
    public IReadOnlyList<(string Subject, string Payload, string? Via)> Seen =>
        [.. _events.Messages.Where(static message => message.Subject.StartsWith("events.data.", StringComparison.Ordinal))
            .Select(static message => (
                message.Subject, Convert.ToBase64String(message.Data ?? []), message.Headers?["Federation-Via"].ToString()))];

    /// <summary>Everything on <c>events.></c> so far.</summary>
    public IReadOnlyCollection<NatsMsg<byte[]>> Messages => _events.Messages;

    public static async Task<Site> StartAsync(string name, params ComponentSettings[] components)
    {
        var server = await NatsServer.StartAsync();
        try
        {
            var events = await NatsSubscriber.StartAsync(server.Url, "events.>");
            return new Site(
                name, server, await TestNode.StartAsync(new FederationSettings { NodeId = name,
                    Nats = new NatsSettings { Url = server.Url }, Components = components }), events);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// A component that sends what is published on <c>events.></c>, or publishes what it is sent on the subject it had, or both.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="dials">Whom it dials; null: it listens.</param>
    /// <param name="sends">Whether it sends.</param>
    /// <param name="receives">Whether it receives.</param>
    public static ComponentSettings Link(string name, Uri? dials, bool sends = true, bool receives = true) => TestNode.Component(name) with
    {
        Mode = dials is null ? ComponentMode.Server : ComponentMode.Client,
        Client = new ClientSettings { Url = dials?.ToString() ?? "" },
        Egress = new EgressSettings { QueueSize = 100_000 },
        Ports = new PortsSettings
        {
            Inputs = sends ? [new InputPortSettings { Name = "events", Subject = "events.>" }] : [],
            Outputs = receives ? [
                new OutputPortSettings { Name = "ws_data", Subject = "{subject}", AllowedSubjects = ["events.>"], DecodeRaw = true }] : [],
        },
    };

    /// <summary>Publishes until what is published at each of the sites is seen at all of them.</summary>
    public static Task ConnectedAsync(params Site[] sites) => Eventually.TrueAsync(
        async () =>
        {
            foreach (var site in sites)
            {
                await site.PublishAsync($"events.probe.{site.Name}", "0"u8.ToArray());
            }

            return Array.TrueForAll(sites, site => Array.TrueForAll(sites, site.HasSeenProbeOf));
        },
        "the sites to be connected");

    /// <summary>Waits until nothing is on its way between the sites.</summary>
    /// <remarks>Twice the same with nothing held in between: what a node has not taken from NATS yet would change it.</remarks>
    public static async Task SettledAsync(params Site[] sites)
    {
        var before = "";
        await Eventually.TrueAsync(
            async () =>
            {
                var now = new StringBuilder();
                var held = 0.0;
                foreach (var site in sites)
                {
                    await site._nats.PingAsync();
                    held += await site.Node.OutputMetricAsync("messages_held") + await site.Node.MetricAsync("in_flight");
                    now.Append(await site.Node.OutputMetricAsync("messages_taken_total"))
                        .Append('/').Append(site._events.Messages.Count).Append(' ');
                }

                var isSame = held == 0 && string.Equals(before, now.ToString(), StringComparison.Ordinal);
                before = now.ToString();
                await Task.Delay(200);
                return isSame;
            },
            "nothing to be on its way");
    }

    public ValueTask PublishAsync(string subject, byte[] payload, NatsHeaders? headers = null) =>
        _nats.PublishAsync(subject, payload, headers, serializer: NatsRawSerializer<byte[]>.Default);

    public async ValueTask DisposeAsync()
    {
        await _nats.DisposeAsync();
        await _events.DisposeAsync();
        try
        {
            await Node.DisposeAsync();
        }
        finally
        {
            await _server.DisposeAsync();
        }
    }

    private bool HasSeenProbeOf(Site other) =>
        _events.Messages.Any(message => message.Subject.EndsWith("probe." + other.Name, StringComparison.Ordinal));
}
