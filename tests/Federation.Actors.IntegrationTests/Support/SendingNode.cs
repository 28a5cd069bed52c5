namespace Federation.Actors.IntegrationTests.Support;

/// <summary>Nodes with one component, <c>out</c>, that sends what appears on NATS or is in a stream.</summary>
internal static class SendingNode
{
    /// <summary>What is in the stream <see cref="EventStream.Name"/>.</summary>
    public static readonly InputPortSettings Stream = new()
        { Name = "events", Subject = "events.>", Type = PortType.Jetstream, Stream = EventStream.Name };

    /// <summary>What is published while somebody listens.</summary>
    public static readonly InputPortSettings Core = new() { Name = "events", Subject = "events.>" };

    /// <summary>Longer than any test: what comes back sooner was not waited for.</summary>
    public static readonly TimeSpan Never = TimeSpan.FromMinutes(30);

    /// <summary>Starts a node and waits until it is ready.</summary>
    /// <param name="natsUrl">Its NATS.</param>
    /// <param name="input">What it sends.</param>
    /// <param name="change">How it sends.</param>
    /// <param name="control">Subject of the port <c>ws_control</c>; null: none.</param>
    public static async Task<TestNode> StartAsync(
        string natsUrl, InputPortSettings input, Func<EgressSettings, EgressSettings>? change = null, string? control = null)
    {
        var node = await StartUnreadyAsync(natsUrl, input, change, control);
        await node.WhenAsync(static report => report.Ready, "ready");
        return node;
    }

    /// <summary>Starts a node that need not be ready.</summary>
    /// <inheritdoc cref="StartAsync" />
    public static async Task<TestNode> StartUnreadyAsync(
        string natsUrl, InputPortSettings input, Func<EgressSettings, EgressSettings>? change = null, string? control = null,
        string domain = "")
    {
        return await TestNode.StartAsync(new FederationSettings
        {
            NodeId = "node-1",
            Nats = new NatsSettings
            {
                Url = natsUrl, JetStreamDomain = domain,
                PingInterval = TimeSpan.FromSeconds(2), ConnectTimeout = TimeSpan.FromSeconds(2),
            },
            Components =
            [
                TestNode.Component("out") with
                {
                    Ports = new PortsSettings
                    {
                        Inputs = [input],
                        Outputs = control is null ? [] : [new OutputPortSettings { Name = "ws_control", Subject = control }],
                    },
                    Egress = (change ?? (static egress => egress))(new EgressSettings { AckTimeout = Never, AckWait = Never }),
                },
            ],
        });
    }
}
