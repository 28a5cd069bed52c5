using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>A server and a stream of events, for nodes that send it to peers.</summary>
/// <param name="creates">Whether the stream is there at the start.</param>
public abstract class StreamTestBase(bool creates = true) : IAsyncLifetime
{
    /// <summary>The durable consumer of the peer <c>one</c>.</summary>
    protected const string One = "out=events=one";

    private protected NatsServer Nats { get; private set; } = null!;

    private protected EventStream Stream { get; private set; } = null!;

    /// <inheritdoc />
    public virtual async Task InitializeAsync()
    {
        Nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        Stream = await EventStream.OpenAsync(Nats.Url, creates);
    }

    /// <inheritdoc />
    public virtual async Task DisposeAsync()
    {
        await Stream.DisposeAsync();
        await Nats.DisposeAsync();
    }
}
