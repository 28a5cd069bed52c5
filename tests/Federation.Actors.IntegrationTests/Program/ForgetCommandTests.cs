using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary><c>federation peers forget</c>, against a stream and a node in this process.</summary>
public sealed class ForgetCommandTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("federation-");
    private NatsServer _nats = null!;
    private EventStream _stream = null!;
    private string _file = null!;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        _stream = await EventStream.OpenAsync(_nats.Url);
        _file = Path.Combine(_directory.FullName, "node.conf");
        await File.WriteAllTextAsync(_file, $$"""
            federation.nats.url = "{{_nats.Url}}"
            federation.components.out.mode = server
            federation.components.out.ports.inputs = [ { name = events, subject = "events.>", type = jetstream } ]
            """);
    }

    public async Task DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _nats.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task It_deletes_the_place_of_a_peer_that_is_away_and_of_no_other()
    {
        await using var node = await SendingNode.StartAsync(_nats.Url, SendingNode.Stream);
        await using (await ReceivingPeer.ConnectAsync(node.Url, "gone"))
        {
            await using var other = await ReceivingPeer.ConnectAsync(node.Url, "here");
            await _stream.ConsumersAsync(2);
            await Eventually.TrueAsync(async () => await _stream.ConsumerAsync("out=events=here") is { NumWaiting: > 0 }, "read from");

            await using var refused = FederationCommand.Start("peers", "forget", "here", "--config", _file);
            Assert.Equal(1, await refused.ExitedAsync());
            Assert.Equal(
                "here is connected to out, so the consumer out=events=here of the stream events is kept", Assert.Single(refused.Errors));
        }

        await Eventually.TrueAsync(
            async () => await _stream.ConsumerAsync("out=events=gone") is { NumWaiting: 0 }, "not read from any more");
        await using var forgotten = FederationCommand.Start("peers", "forget", "gone", "--config", _file);
        Assert.Equal(0, await forgotten.ExitedAsync());
        Assert.Equal("deleted the consumer out=events=gone of the stream events", Assert.Single(forgotten.Output));
        Assert.Equal("out=events=here", Assert.Single(await _stream.ConsumersAsync(1)).Name);

        await using var again = FederationCommand.Start("peers", "forget", "gone", "--config", _file);
        Assert.Equal(1, await again.ExitedAsync());
        Assert.Equal("no stream has a consumer for gone", Assert.Single(again.Errors));
    }
}
