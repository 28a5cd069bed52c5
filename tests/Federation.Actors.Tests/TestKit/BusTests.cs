using System.Text;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit.Xunit2;
using Federation.Actors.Diagnostics;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.TestKit;

/// <summary>Buses fail in all the ways that they can, and nothing is lost.</summary>
public sealed class BusTests : IDisposable
{
    private readonly FederationTestKit _node = new(new XunitAssertions(), """
        federation.components {
          core {
            server { host = "127.0.0.1", path = "/core" }
            ports {
              inputs = [{ name = live, subject = "live.>", type = nats }, { name = mine, type = local }]
              outputs = [{ name = ws_data, subject = "{subject}", type = nats }, { name = ws_control, subject = control, type = nats }]
            }
            bidirectional.enabled = true
          }
          stream {
            server { host = "127.0.0.1", path = "/stream" }
            ports {
              inputs = [{ name = orders, subject = "orders.*", type = jetstream, stream = ORDERS }]
              outputs = [{ name = ws_data, subject = sensors, type = jetstream, stream.name = SENSORS }]
            }
            egress { max_in_flight = 2, max_deliver = 3 }
            bidirectional.enabled = true
          }
          taken {
            server { host = "127.0.0.1", path = "/taken" }
            ports.outputs = [{ name = ws_data, subject = sensors, type = local }]
          }
        }
        """);

    private TestComponent Core => _node.Component("core");

    private TestComponent Stream => _node.Component("stream");

    public void Dispose() => _node.Dispose();

    [Fact]
    public void What_may_not_be_published_where_it_wants_is_nacked_alone_and_counted()
    {
        var sensor = Core.Connect("sensor-1");

        sensor.SendText("""{"type":"data","id":"a","subject":"control.send.victim","payload":1}""");
        sensor.SendText("""{"type":"data","id":"b","subject":"open.b","payload":2}""");

        Core.Bus.ExpectPublished("open.b", "2");
        sensor.ExpectNack("a", "not_permitted");
        sensor.ExpectAck("b");
        Core.Bus.ExpectNothingPublished();
        Assert.Equal(1, new ComponentMetrics(_node.Services.Metrics, "core").Errors(ErrorTypes.NotPermitted).Value);
    }

    [Fact]
    public void What_it_refuses_is_nacked()
    {
        var sensor = Core.Connect("sensor-1");
        Core.Bus.Refuse("secret.>");

        sensor.SendText("""{"type":"data","id":"a","subject":"secret.a","payload":1}""");
        sensor.SendText("""{"type":"data","id":"b","subject":"open.b","payload":2}""");

        Core.Bus.ExpectPublished("open.b", "2");
        sensor.ExpectNack("a", "publish_failed");
        sensor.ExpectAck("b");
    }

    [Fact]
    public void It_refuses_as_many_as_it_is_told()
    {
        var sensor = Stream.Connect("sensor-1");
        Stream.Bus.RefuseNext();

        sensor.Send("a");
        sensor.ExpectNack("a", "publish_failed");
        sensor.Send("b");

        sensor.ExpectAck("b");
    }

    [Fact]
    public void What_was_written_when_a_write_failed_is_published_on_the_next_connection()
    {
        var sensor = Stream.Connect("sensor-1");
        Stream.Bus.FailNext();
        sensor.Send("a");
        sensor.ExpectNothing();

        _node.Advance(TestBus.LongestPause);

        Stream.Bus.ExpectPublished("sensors");
        sensor.ExpectAck("a");
    }

    [Theory]
    [InlineData("core", 2)]
    [InlineData("stream", 1)]
    public void What_was_not_confirmed_when_it_went_away_is_written_again_and_a_stream_keeps_it_once(string name, int times)
    {
        var component = _node.Component(name);
        var sensor = component.Connect("sensor-1");
        component.Bus.HoldConfirms();
        sensor.SendText("""{"type":"data","id":"a","subject":"open","payload":1}""");
        component.Bus.GoAway();
        component.Bus.Release();
        Assert.False(_node.Health().Components[name].Ready);

        Scenario.Given(component).When(component.Bus.ComesBack()).Then(sensor.GetsAck("a"));

        Assert.Equal(times, component.Bus.Published.Count);
        Assert.True(_node.Health().Components[name].Ready);
    }

    [Fact]
    public void What_a_subscription_hears_goes_to_every_peer()
    {
        var one = Core.Connect("one");
        var two = Core.Connect("two");

        Core.Bus.Publish("live.a", """{"n":1}""");

        one.ExpectData("""{"n":1}""").Ack();
        two.ExpectData("""{"n":1}""").Ack();
    }

    [Fact]
    public void While_it_is_away_a_subscription_hears_nothing_and_a_stream_keeps_all()
    {
        var peer = Core.Connect("one");
        var streamPeer = Stream.Connect("one");
        Core.Bus.GoAway();
        Stream.Bus.GoAway();

        Core.Bus.Publish("live.a", "1");
        Stream.Bus.Publish("orders.new", "2");
        peer.ExpectNothing();
        streamPeer.ExpectNothing();
        Core.Bus.ComeBack();
        Stream.Bus.ComeBack();

        peer.ExpectNothing();
        streamPeer.ExpectData("2").Ack();
    }

    [Fact]
    public void A_stream_gives_out_no_more_than_may_be_in_flight_and_a_new_peer_begins_at_its_start()
    {
        foreach (var n in Enumerable.Range(1, 3))
        {
            Stream.Bus.Publish("orders.new", $"{n}");
        }

        var peer = Stream.Connect("one");

        var first = peer.ExpectData("1");
        peer.ExpectData("2").Ack();
        peer.ExpectData("3");
        peer.ExpectNothing();
        first.Ack();
        peer.ExpectNothing();
    }

    [Fact]
    public void What_a_peer_rejects_too_often_is_given_up()
    {
        var peer = Stream.Connect("one");
        Stream.Bus.Publish("orders.new", "1");

        for (var sent = 0; sent < 3; sent++)
        {
            peer.ExpectData("1").Nack();
            _node.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal("one", Stream.Bus.ExpectGivenUp("orders.new").Peer);
        peer.ExpectNothing();
    }

    [Fact]
    public void Somebody_on_the_bus_asks_a_peer_and_gets_its_reply()
    {
        var peer = Core.Connect("one");

        var answer = Core.Bus.Ask("one", "weather", """{"city":"Ulm"}""");
        answer.ExpectNone();
        var request = peer.ExpectRequest("weather");
        Assert.Equal("""{"city":"Ulm"}""", request.Parameters);
        request.Reply("1");

        Assert.Equal("""{"status":"ok","result":1}""", answer.Expect());
        Assert.Throws<InvalidOperationException>(() => Core.Bus.Ask("two", "weather"));
    }

    [Fact]
    public void A_peer_asks_the_bus_and_gets_an_answer_or_hears_that_there_is_none()
    {
        Core.Bus.Answer("time", _ => """{"status":"ok","result":12}""");
        var peer = Core.Connect("one");

        peer.Request("r1", "time");
        peer.Request("r2", "date");

        Assert.Equal("""{"status":"ok","result":12}""", peer.ExpectReply("r1").Payload);
        Assert.Contains("unknown_method", peer.ExpectReply("r2").Payload, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_in_the_process_sends_to_peers()
    {
        var peer = Core.Connect("one");
        using var streams = _node.System.Materializer();

        Source.Single(new OutgoingMessage("news", Encoding.UTF8.GetBytes("1"))).RunWith(_node.Federation.Sink("core"), streams);

        peer.ExpectData("1").Ack();
    }

    [Fact]
    public void Code_in_the_process_takes_what_peers_send()
    {
        var taken = _node.Component("taken");
        var sensor = taken.Connect("sensor-1");
        using var streams = _node.System.Materializer();
        _ = _node.Federation.Source("taken").RunForeach(static _ => { }, streams);

        sensor.Send("a");

        sensor.ExpectAck("a");
    }

    [Fact]
    public void A_stream_gives_out_again_what_a_peer_asks_for()
    {
        var peer = Stream.Connect("one");
        foreach (var n in Enumerable.Range(1, 3))
        {
            Stream.Bus.Publish("orders.new", $"{n}");
            peer.ExpectData($"{n}").Ack();
        }

        peer.Request("r1", "replay", """{"start_sequence":2}""");

        peer.ExpectData("2").Ack();
        peer.ExpectData("3").Ack();
        Assert.Contains("\"messages_available\":2", peer.ExpectReply("r1").Payload, StringComparison.Ordinal);
        peer.ExpectNothing();
    }
}
