using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Messages;
using Federation.Actors.Nats;
using Federation.Actors.Supervision;
using Federation.Actors.Tests.Configuration;
using Federation.Actors.Tests.Sending;

namespace Federation.Actors.Tests.Supervision;

public sealed class SendingComponentTests : NodeKit
{
    private TestProbe? _parent;

    private TestProbe Parent => _parent ??= CreateTestProbe("node");

    [Fact]
    public void A_component_with_inputs_only_has_no_queue_and_no_publisher()
    {
        var component = Start();

        Assert.Equal("start", EgressBuses.ExpectMsg<FakeEgressBus.Told>().What);
        Assert.Equal((true, false, false), (Has(component, "egress"), Has(component, "queue"), Has(component, "publisher")));
        ExpectNothing(Buses);
    }

    [Fact]
    public void It_drains_without_a_queue()
    {
        var component = Start();

        component.Tell(new ComponentProtocol.Drain(TimeSpan.FromSeconds(10)), Parent);

        Assert.Equal(new ComponentProtocol.Drained(0), Parent.ExpectMsg<ComponentProtocol.Drained>());
        Assert.Equal("start", EgressBuses.ExpectMsg<FakeEgressBus.Told>().What);
        Assert.Equal("stop receiving", EgressBuses.ExpectMsg<FakeEgressBus.Told>().What);
        Assert.Equal("dispose", EgressBuses.ExpectMsg<FakeEgressBus.Told>().What);
    }

    private bool Has(IActorRef component, string part)
    {
        var asker = CreateTestProbe();
        Sys.ActorSelection(component.Path / part).Tell(new Identify(messageId: null), asker);
        return asker.ExpectMsg<ActorIdentity>().Subject is not null;
    }

    private IActorRef Start()
    {
        var settings = Configurations.Load(Configurations.Node("""
            edge-out {
              server { host = "127.0.0.1", http_port = 0, path = "/out" }
              ports.inputs = [{ name = in, subject = a, type = nats }]
            }
            """)).EnsureValid().Components[0];
        var component = Parent.ChildActorOf(
            ComponentSupervisor.Props(settings, Services, CreateTestProbe()), "edge-out", SupervisorStrategy.StoppingStrategy);
        Parent.ExpectMsg<ComponentProtocol.Ready>();
        return component;
    }
}
