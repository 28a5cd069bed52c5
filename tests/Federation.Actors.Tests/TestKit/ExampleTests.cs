using Akka.TestKit.Xunit2;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.TestKit;

/// <summary>The examples of the kit's README, which shows each of these methods as it is here.</summary>
public sealed class ExampleTests
{
    [Fact]
    public void A_message_is_acked_when_the_bus_has_it_and_not_before()
    {
        using var node = new FederationTestKit(new XunitAssertions(), """
            federation.components.edge-in {
              server { host = "127.0.0.1", path = "/ingest" }
              ports.outputs = [{ name = ws_data, subject = "sensors.{peer}", type = nats }]
            }
            """);
        var edge = node.Component("edge-in");
        var sensor = edge.Connect("sensor-1");

        Scenario.Given(edge)
            .When(edge.Bus.HoldsConfirms())
            .And(sensor.Sends("a", """{"celsius":21}"""))
            .Then(edge.Bus.Received("sensors.sensor-1", """{"celsius":21}"""))
            .And(sensor.GetsNothing())
            .When(edge.Bus.Confirms())
            .Then(sensor.GetsAck("a"));
    }

    [Fact]
    public void Messages_that_arrive_during_an_outage_are_queued_and_excess_messages_are_nacked()
    {
        using var node = new FederationTestKit(new XunitAssertions(), """
            federation.components.edge-in {
              server { host = "127.0.0.1", path = "/ingest" }
              ports.outputs = [{ name = ws_data, subject = sensors, type = jetstream, stream.name = SENSORS }]
              backpressure { queue_size = 2, on_full = drop_newest }
            }
            """);
        var edge = node.Component("edge-in");
        var sensor = edge.Connect("sensor-1");

        Scenario.Given(edge)
            .When(edge.Bus.GoesAway())
            .And(sensor.Sends("a"))
            .And(sensor.Sends("b"))
            .And(sensor.Sends("c"))
            .Then(sensor.GetsSlow())
            .And(sensor.GetsNack("c", "queue_full"))
            .And(edge.Bus.ReceivedNothing())
            .When(edge.Bus.ComesBack())
            .Then(sensor.GetsSlow())
            .And(sensor.GetsAck("a"))
            .And(sensor.GetsAck("b"));
    }

    [Fact]
    public void An_unavailable_hub_is_dialled_again_after_1_2_and_4_seconds()
    {
        using var node = new FederationTestKit(new XunitAssertions(), """
            federation.components.hub-link {
              mode = client
              client { url = "ws://hub:8081/ingest", reconnect { initial_interval = 1s, multiplier = 2, jitter = 0 } }
              ports.outputs = [{ name = ws_data, subject = orders, type = nats }]
            }
            """);
        var link = node.Component("hub-link");

        Scenario.Given(link)
            .When(link.IsRefused())
            .Then(link.IsRefusedAfter(TimeSpan.FromSeconds(1)))
            .And(link.IsRefusedAfter(TimeSpan.FromSeconds(2)));

        var hub = link.ExpectDialAfter(TimeSpan.FromSeconds(4)).Accept();
        hub.Send("order-1", """{"item":"lamp"}""");
        link.Bus.ExpectPublished("orders", """{"item":"lamp"}""");
        hub.ExpectAck("order-1");
    }

    [Fact]
    public void Messages_that_were_not_acked_before_the_connection_was_lost_are_sent_again()
    {
        using var node = new FederationTestKit(new XunitAssertions(), """
            federation.components.fan-out {
              server { host = "127.0.0.1", path = "/out" }
              ports.inputs = [{ name = orders, subject = "orders.>", type = jetstream, stream = ORDERS }]
            }
            """);
        var fanOut = node.Component("fan-out");
        var shop = fanOut.Connect("shop-1");

        Scenario.Given(fanOut)
            .When(fanOut.Bus.Publishes("orders.new", "1"))
            .And(fanOut.Bus.Publishes("orders.new", "2"))
            .Then(shop.Takes("1"))
            .And(shop.Gets("2"))
            .When(shop.IsCut());

        var again = fanOut.Connect("shop-1");
        again.ExpectData("2").Ack();
        again.ExpectNothing();
    }

    [Fact]
    public async Task A_program_sends_a_request_to_a_peer()
    {
        using var node = new FederationTestKit(new XunitAssertions(), """
            federation.components.edge-in {
              server { host = "127.0.0.1", path = "/ingest" }
              ports.outputs = [{ name = ws_data, subject = sensors, type = nats }]
              bidirectional { enabled = true, request_timeout = 5s }
            }
            """);
        var sensor = node.Component("edge-in").Connect("sensor-1");

        var weather = node.Federation.RequestAsync("edge-in", "sensor-1", "weather");
        sensor.ExpectRequest("weather").Reply("""{"sky":"blue"}""");
        Assert.Equal("blue", (await weather).GetProperty("sky").GetString());

        var silence = node.Federation.RequestAsync("edge-in", "sensor-1", "weather");
        sensor.ExpectRequest("weather");
        node.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("timeout", (await Assert.ThrowsAsync<PeerRequestException>(() => silence)).Code);
    }
}
