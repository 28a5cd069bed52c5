using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>A message that is given up leaves its stream only when NATS has its dead letter.</summary>
public sealed class DeadLetterTests : IDisposable
{
    private readonly DirectoryInfo _store = Directory.CreateTempSubdirectory("dead-letter-tests-");

    public void Dispose() => _store.Delete(recursive: true);

    [Fact]
    public async Task What_NATS_refuses_stays_in_the_stream_until_it_is_permitted()
    {
        await using var server = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = Configuration("deny: control.dead") });
        var admin = $"nats://admin:secret@127.0.0.1:{server.Port}";
        await using var stream = await EventStream.OpenAsync(admin);
        await using var letters = await NatsSubscriber.StartAsync(admin, "control.dead");
        await using var node = await SendingNode.StartAsync(
            $"nats://node:secret@127.0.0.1:{server.Port}", SendingNode.Stream, static egress =>
                egress with { AckWait = TimeSpan.FromSeconds(1) }, "control");
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one", static envelope => envelope.Nack("too_large"));
        await stream.AddAsync(20);

        await Eventually.TrueAsync(
            async () => await node.OutputMetricAsync("dead_letters_total", "result=\"refused\"") >= 20, "20 dead letters refused");
        Assert.Empty(letters.Payloads);
        Assert.NotEqual((0, 0), await stream.LeftAsync("out=events=one"));

        await server.ReloadAsync(Configuration("allow: \">\""));

        await stream.AllAckedAsync("out=events=one");
        await Eventually.TrueAsync(() => letters.Payloads.Distinct(StringComparer.Ordinal).Count() == 20, "20 dead letters");
    }

    private string Configuration(string publish) => $$"""
        jetstream { store_dir: "{{_store.FullName}}" }
        authorization {
          users: [
            { user: admin, password: secret }
            { user: node, password: secret, permissions: { publish: { {{publish}} } } }
          ]
        }
        """;
}
