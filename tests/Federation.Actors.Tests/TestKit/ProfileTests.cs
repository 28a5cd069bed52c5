using Akka.TestKit.Xunit2;
using Federation.Actors.Diagnostics;
using Federation.Actors.TestKit;

namespace Federation.Actors.Tests.TestKit;

/// <summary>What a profile permits, from the peer to the bus and back.</summary>
public sealed class ProfileTests : IDisposable
{
    private readonly FederationTestKit _node = new(new XunitAssertions(), """
        federation {
          component_defaults.auth {
            profile = sensor
            profiles.sensor {
              publish { allow = ["up.{peer}.*"], deny = ["up.*.secret"] }
              receive = ["down.{peer}"]
              max_message_size = 200
            }
          }
          components {
            hub {
              server { host = "127.0.0.1", path = "/hub" }
              ports {
                inputs = [{ name = live, subject = "down.>", type = nats }]
                outputs = [{ name = ws_data, subject = "{subject}", type = nats }]
              }
              egress.delivery = at_most_once
            }
          }
        }
        """);

    public void Dispose() => _node.Dispose();

    [Fact]
    public void What_is_not_permitted_is_nacked_alone_and_counted()
    {
        var hub = _node.Component("hub");
        var edge = hub.Connect("edge-1");

        edge.SendText("""{"type":"data","id":"a","subject":"up.edge-2.t","payload":1}""");
        edge.SendText("""{"type":"data","id":"b","subject":"up.edge-1.t","payload":2}""");
        edge.SendText("""{"type":"data","id":"c","subject":"up.edge-1.secret","payload":3}""");

        hub.Bus.ExpectPublished("up.edge-1.t", "2");
        edge.ExpectNack("a", "not_permitted");
        edge.ExpectAck("b");
        edge.ExpectNack("c", "not_permitted");

        edge.SendText($$"""{"type":"data","id":"d","subject":"up.edge-1.t","payload":"{{new string('x', 200)}}"}""");
        edge.ExpectNack("d", "too_large");
        hub.Bus.ExpectNothingPublished();
        Assert.Equal((2, 2, 1), (Denials(DenialReason.Publish), new ComponentMetrics(_node.Services.Metrics, "hub")
            .Errors(ErrorTypes.NotPermitted).Value, Denials(DenialReason.Size)));
    }

    [Fact]
    public void A_peer_receives_what_is_for_it()
    {
        var hub = _node.Component("hub");
        var (one, two) = (hub.Connect("edge-1"), hub.Connect("edge-2"));

        hub.Bus.Publish("down.edge-1", "1");
        hub.Bus.Publish("down.edge-2", "2");

        one.ExpectData("1");
        two.ExpectData("2");
        one.ExpectNothing();
        two.ExpectNothing();
        Assert.Equal(2, Denials(DenialReason.Receive));
    }

    private long Denials(DenialReason reason) => new ComponentMetrics(_node.Services.Metrics, "hub").Denials(reason).Value;
}
