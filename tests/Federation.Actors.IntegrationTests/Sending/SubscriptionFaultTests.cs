using System.Text;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests.Sending;

/// <summary>
/// What the server refuses to the sending half is told, and works without a restart or a new connection once it is granted.
/// </summary>
[Trait("Servers", "All")]
public sealed class SubscriptionFaultTests
{
    private const string JetStream = $"jetstream {{ store_dir: \"{NatsServerOptions.Store}\" }}\n";

    private const string Refused =
        "port events (subject events.>) has failed: NATS reports: Permissions Violation for Subscription to \"events.>\"";

    [Theory]
    [InlineData("")]
    [InlineData("workers")]
    public async Task A_refused_subscription_is_told_and_works_when_it_is_granted_by_a_reload_and_is_told_when_it_is_revoked(string group)
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = Config("other.>") });
        await using var node = await SendingNode.StartUnreadyAsync(Url(nats, "node"), SendingNode.Core with { QueueGroup = group });
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await using var publisher = new NatsConnection(new NatsOpts { Url = Url(nats, "owner") });
        await FailsAsync(node, Refused);

        for (var round = 1; round <= 2; round++)
        {
            await nats.ReloadAsync(Config("events.>"));
            await node.WhenAsync(static report => report.Ready && report.Components["out"].Faults is null, "ready without faults");
            await publisher.PublishAsync("events.a", Encoding.UTF8.GetBytes($$"""{"n":{{round}}}"""));
            await peer.CountAsync(round);

            await nats.ReloadAsync(Config("other.>"));
            await FailsAsync(node, Refused);
        }

        Assert.Equal([1, 2], peer.Numbers);
    }

    [Fact]
    public async Task A_refused_inbox_is_told_with_the_servers_words_and_the_stream_flows_when_it_is_granted()
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = JetStream + Config("other.>") });
        await using var stream = await EventStream.OpenAsync(Url(nats, "owner"));
        await using var node = await SendingNode.StartUnreadyAsync(Url(nats, "node"), SendingNode.Stream);
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await FailsAsync(node, "port events (stream events) has failed: NATS reports: Permissions Violation for Subscription to \"_INBOX.");

        await nats.ReloadAsync(JetStream + Config("_INBOX.>"));
        await stream.AddAsync(3);
        await peer.CountAsync(3);
        await node.WhenAsync(static report => report.Ready && report.Components["out"].Faults is null, "ready without faults");
    }

    [Theory]
    [InlineData("$JS.API.STREAM.>", "$JS.API.STREAM.", "")]
    [InlineData("$JS.API.CONSUMER.MSG.>", "$JS.API.CONSUMER.MSG.NEXT.", "")]
    [InlineData("$JS.ACK.>", "$JS.ACK.", "")]
    [InlineData("$JS.API.STREAM.>", "$JS.API.STREAM.", "hub")]
    public async Task A_right_that_JetStream_needs_is_named_when_it_is_missing_and_the_stream_flows_when_it_is_granted(
        string denied, string named, string domain)
    {
        var jetStream = domain.Length == 0 ? JetStream : JetStream.Replace("{ ", $"{{ domain: {domain}, ", StringComparison.Ordinal);
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = jetStream + Config(">", denied) });
        await using var stream = await EventStream.OpenAsync(Url(nats, "owner"));
        await stream.AddAsync(3);
        await using var node = await SendingNode.StartUnreadyAsync(Url(nats, "node"), SendingNode.Stream, domain: domain);
        await using var peer = await ReceivingPeer.ConnectAsync(node.Url, "one");
        await node.WhenAsync(
            report => report.Components["out"].Faults?.Any(
                fault => fault.Contains($"Permissions Violation for Publish to \"{named}", StringComparison.Ordinal)) == true,
            $"{named} is named");

        await nats.ReloadAsync(jetStream + Config(">"));
        await stream.AddAsync(3);
        await peer.CountAsync(6);
        await node.WhenAsync(static report => report.Ready && report.Components["out"].Faults is null, "ready without faults");
    }

    [Fact]
    public async Task A_missing_right_to_the_JetStream_of_another_domain_is_named()
    {
        await using var nats = await NatsServer.StartAsync(
            new NatsServerOptions { ConfigText = JetStream + Config(">", "$JS.hub.API.STREAM.>") });
        await using var node = await SendingNode.StartUnreadyAsync(Url(nats, "node"), SendingNode.Stream, domain: "hub");
        await FailsAsync(node, "NATS reports: Permissions Violation for Publish to \"$JS.hub.API.STREAM.");
    }

    private static string Url(NatsServer nats, string user) => $"nats://{user}:secret@127.0.0.1:{nats.Port}";

    /// <summary>A user for the node, who may subscribe to one subject only, and one who may do everything.</summary>
    private static string Config(string subscribe, string denied = "none") => $$"""
        authorization {
          users: [
            { user: owner, password: secret }
            { user: node, password: secret, permissions: { publish: { deny: "{{denied}}" }, subscribe: "{{subscribe}}" } }
          ]
        }
        """;

    private static async Task FailsAsync(TestNode node, string text)
    {
        await node.WhenAsync(
            report => !report.Ready && report.Components["out"].Faults is [var fault]
                && fault.Contains(text, StringComparison.Ordinal), $"not ready: {text}");
        Assert.Equal(1, await node.OutputMetricAsync("inputs_failing"));
    }
}
