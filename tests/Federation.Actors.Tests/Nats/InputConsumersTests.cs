using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.Tests.Nats;

public sealed class InputConsumersTests
{
    private static readonly InputPortSettings Port = new() { Name = "events", Subject = "events.>", Type = PortType.Jetstream };
    private static readonly PeerName Claimed = new("edge", Lasting: true);

    private readonly List<string> _notes = [];

    [Fact]
    public void Peers_without_a_name_have_consumers_that_no_other_has_and_that_expire()
    {
        var peer = new PeerName("client-1", Lasting: false);

        var (one, other) = (Of(Component("127.0.0.1"), peer), Of(Component("127.0.0.1"), peer));

        Assert.Null(one.DurableName);
        Assert.StartsWith("out=events=client-1=", one.Name, StringComparison.Ordinal);
        Assert.NotEqual(one.Name, other.Name);
        Assert.Equal((TimeSpan.FromSeconds(30), ConsumerConfigDeliverPolicy.New), (one.InactiveThreshold, one.DeliverPolicy));
    }

    [Theory]
    [InlineData("127.0.0.1", AuthType.None, false, false, true)]
    [InlineData("0.0.0.0", AuthType.None, false, false, false)]
    [InlineData("0.0.0.0", AuthType.None, false, true, true)]
    [InlineData("0.0.0.0", AuthType.None, true, false, true)]
    [InlineData("0.0.0.0", AuthType.Bearer, false, false, true)]
    public void A_name_that_is_only_claimed_is_durable_where_nobody_else_can_connect(
        string host, AuthType auth, bool vouched, bool allowed, bool isDurable)
    {
        var component =
            Component(host) with { Auth = new AuthSettings { Type = auth }, Egress = new EgressSettings { DurableUnverified = allowed } };

        var consumer = Of(component, Claimed with { Vouched = vouched });

        Assert.Equal(isDurable ? "out=events=edge" : null, consumer.DurableName);
        Assert.Equal(isDurable ? 0 : 1, _notes.Count);
    }

    [Theory]
    [InlineData(ComponentMode.Server, "commands.{peer}.>", "out=events=edge", "commands.edge.>")]
    [InlineData(ComponentMode.Client, "commands.{peer}.>", "out=events=edge", "commands.edge.>")]
    [InlineData(ComponentMode.Client, "commands.>", "out=events", "commands.>")]
    public void A_subject_per_peer_is_a_durable_per_peer_that_has_its_messages_only(
        ComponentMode mode, string subject, string durable, string filter)
    {
        var consumer = new InputConsumers(Component("127.0.0.1") with { Mode = mode }, _notes.Add).Of(
            Port with { Subject = subject }, Claimed);

        Assert.Equal((durable, filter), (consumer.DurableName, consumer.FilterSubject));
    }

    [Theory]
    [InlineData(7, "Federation.Actors: expires 7d after its last use (egress.durable_expiry)")]
    [InlineData(0, "Federation.Actors: never expires (egress.durable_expiry)")]
    public void A_durable_expires_after_a_while_and_says_so(int days, string description)
    {
        var expiry = TimeSpan.FromDays(days);
        ComponentSettings[] components = [Component("127.0.0.1"), new() { Name = "out", Mode = ComponentMode.Client }];
        foreach (var component in components)
        {
            var consumer = Of(component with { Egress = new EgressSettings { DurableExpiry = expiry } }, Claimed);

            Assert.Equal((expiry, description), (consumer.InactiveThreshold, consumer.Description));
        }
    }

    private static ComponentSettings Component(string host) => new() { Name = "out", Server = new ServerSettings { Host = host } };

    private ConsumerConfig Of(ComponentSettings component, PeerName peer) => new InputConsumers(component, _notes.Add).Of(Port, peer);
}
