using System.Text;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit.Xunit2;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.TestKit;

/// <summary>A message whose subject names a peer is for that peer alone, whatever the others ask for.</summary>
public sealed class PeerSubjectTests : IDisposable
{
    private readonly FederationTestKit _node = new(new XunitAssertions(), """
        federation.components {
          hub {
            server { host = "127.0.0.1", path = "/hub" }
            ports.inputs = [
              { name = core, subject = "core.{peer}.>" }
              { name = stream, subject = "stream.{peer}", type = jetstream, stream = COMMANDS }
              { name = all, subject = news }
              { name = code, type = local }
            ]
            egress.peer_retention = 1m
          }
          edge {
            mode = client
            client { urls = ["ws://hub-1:8081/hub", "ws://hub-2:8081/hub"], reconnect.jitter = 0 }
            ports.inputs = [
              { name = core, subject = "core.{peer}.>" }
              { name = stream, subject = "stream.{peer}", type = jetstream, stream = COMMANDS }
            ]
          }
        }
        """);

    private TestComponent Hub => _node.Component("hub");

    private TestComponent Edge => _node.Component("edge");

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData("core.two.reboot")]
    [InlineData("stream.two")]
    public void Only_the_named_peer_gets_it(string subject)
    {
        var (one, two, nameless) = (Hub.Connect("one"), Hub.Connect("two"), Hub.Connect());

        Hub.Bus.Publish(subject, "1");
        Hub.Bus.Publish("news", "2");

        two.ExpectData("1").Ack();
        two.ExpectData("2").Ack();
        one.ExpectData("2").Ack();
        nameless.ExpectData("2").Ack();
        one.ExpectNothing();
        nameless.ExpectNothing();
    }

    [Theory]
    [InlineData("core.two.reboot")]
    [InlineData("stream.two")]
    public void It_waits_for_a_peer_that_comes_back(string subject)
    {
        var one = Hub.Connect("one");
        Hub.Connect("two").Close();

        Hub.Bus.Publish(subject, "1");

        one.ExpectNothing();
        Hub.Connect("two").ExpectData("1").Ack();
        Assert.Equal(0, Dropped());
    }

    [Theory]
    [InlineData("core.three.reboot", 1)]
    [InlineData("core.client-1.reboot", 1)]
    [InlineData("core.not%a-name.reboot", 1)]
    [InlineData("stream.client-1", 0)]
    public void What_no_peer_is_there_for_is_counted_or_stays_in_its_stream(string subject, int dropped)
    {
        var nameless = Hub.Connect();
        var one = Hub.Connect("one");
        Assert.Equal("client-1", nameless.Name);

        Hub.Bus.Publish(subject, "1");

        nameless.ExpectNothing();
        one.ExpectNothing();
        Assert.Equal(dropped, Dropped());
    }

    [Theory]
    [InlineData("replay", """{"start_sequence":1}""")]
    [InlineData("replay", """{"count":100}""")]
    [InlineData("replay", """{"start_time":0}""")]
    [InlineData("subscribe", """{"subjects":["core.two.>","stream.two"]}""")]
    [InlineData("subscribe", """{"subjects":[">"]}""")]
    public void No_request_of_another_peer_reaches_it(string method, string parameters)
    {
        var two = Hub.Connect("two");
        Hub.Bus.Publish("core.two.reboot", "1");
        Hub.Bus.Publish("stream.two", "2");
        two.ExpectData("1").Ack();
        two.ExpectData("2").Ack();
        var (one, nameless) = (Hub.Connect("one"), Hub.Connect());

        one.Request("r1", method, parameters);
        nameless.Request("r2", method, parameters);
        Hub.Bus.Publish("core.two.reboot", "3");

        var expected = method is "replay" ? "\"messages_available\":0" : "\"status\":\"ok\"";
        Assert.Contains(expected, one.ExpectReply("r1").Payload, StringComparison.Ordinal);
        Assert.Contains(expected, nameless.ExpectReply("r2").Payload, StringComparison.Ordinal);
        Assert.DoesNotContain(one.Received.Concat(nameless.Received), static got => got.Type is "data");
        two.ExpectData("3");
    }

    [Fact]
    public void A_peer_replays_its_own()
    {
        var (one, two) = (Hub.Connect("one"), Hub.Connect("two"));
        foreach (var subject in (string[])["core.one.a", "core.two.a", "stream.one", "stream.two"])
        {
            Hub.Bus.Publish(subject, "1");
        }

        two.ExpectData("1").Ack();
        two.ExpectData("1").Ack();
        two.Request("r1", "replay", """{"start_sequence":1}""");

        two.ExpectData("1");
        two.ExpectData("1");
        Assert.Contains("\"messages_available\":2", two.ExpectReply("r1").Payload, StringComparison.Ordinal);
        Assert.Equal(
            ["core.two.a", "stream.two", "core.two.a", "stream.two"],
            two.Received.Where(static got => got.Type is "data").Select(static got => got.Subject));
        Assert.Equal(2, one.Received.Count(static got => got.Type is "data"));
    }

    [Fact]
    public void Code_names_the_peer_of_a_message()
    {
        var (one, two, nameless) = (Hub.Connect("one"), Hub.Connect("two"), Hub.Connect());
        using var streams = _node.System.Materializer();
        var own = new OutgoingMessage("any", Encoding.UTF8.GetBytes("1"));

        Source.From([own with { Peer = "two" }, own with { Peer = nameless.Name }, own with { Peer = "three" },
            own with { Payload = Encoding.UTF8.GetBytes("2") }]).RunWith(_node.Federation.Sink("hub"), streams);

        two.ExpectData("1").Ack();
        two.ExpectData("2").Ack();
        nameless.ExpectData("1").Ack();
        nameless.ExpectData("2").Ack();
        one.ExpectData("2").Ack();
        Assert.Equal(1, Dropped());
    }

    [Fact]
    public void A_dialled_peer_goes_by_the_name_of_its_address_and_gets_nothing_of_another()
    {
        Edge.Bus.Publish("core.hub-2_8081.a", "1");
        Edge.Bus.Publish("core.hub-1_8081.a", "2");
        Edge.Bus.Publish("stream.hub-2_8081", "3");
        Edge.Bus.Publish("stream.hub-1_8081", "4");

        var first = Edge.ExpectDial().Accept();
        first.ExpectData("2").Ack();
        first.ExpectData("4").Ack();
        Edge.Bus.Publish("core.hub-1_8081.a", "5");
        first.ExpectData("5");
        first.Cut();
        var second = Edge.ExpectDialAfter(TimeSpan.FromSeconds(1)).Accept();

        second.ExpectData("3").Ack();
        second.ExpectNothing();
    }

    private double Dropped() => new ComponentMetrics(_node.Services.Metrics, "hub").Output.Dropped(DropReason.NoPeer).Value;
}
