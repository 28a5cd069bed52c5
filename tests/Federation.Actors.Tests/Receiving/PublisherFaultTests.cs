using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;

namespace Federation.Actors.Tests.Receiving;

/// <summary>What the bus refuses is told to health, once, and that it is over.</summary>
public sealed class PublisherFaultTests : PublisherKit
{
    [Fact]
    public void Refused_messages_are_a_fault_until_the_bus_takes_them_again()
    {
        var bus = StartPublishing();
        Health.ExpectMsg<HealthProtocol.Bus>();
        bus.OnWrite(static group =>
        {
            if (group.Number < 3)
            {
                group.Refuse(group.Ranges[0].Batch, 0, NackReason.PublishFailed, "maximum bytes exceeded");
            }

            return ValueTask.CompletedTask;
        });
        for (var n = 1; n <= 3; n++)
        {
            Publish(1, n - 1, $"m{n}");
            ExpectWritten(1, n, $"m{n}");
            bus.Confirm(n);
            ExpectSettled(1, n - 1);
        }

        var fault = Health.ExpectMsg<HealthProtocol.PortFailed>().Fault;
        Assert.Equal(("ws_data", "subject federated.data", "messages are nacked, the first one from none: maximum bytes exceeded"), (
            fault.Port, fault.Target, fault.Reason));
        Settle(Publisher);
        ExpectNothing(Health);

        Advance(PublishFaults.Settled);

        Assert.Equal(new HealthProtocol.PortRecovered("edge-in", "ws_data", ""), Health.ExpectMsg<HealthProtocol.PortRecovered>());
    }

    [Fact]
    public void A_stream_that_is_missing_is_not_taken_for_a_NATS_that_is_away()
    {
        var bus = Start();
        bus.Unusable(("the subject federated.data is in no stream", "create one"));
        bus.Down("the subject federated.data is in no stream: create one");

        Assert.Equal(new HealthProtocol.Bus("edge-in", Connected: true), Health.ExpectMsg<HealthProtocol.Bus>());
        Assert.True(Health.ExpectMsg<HealthProtocol.PortFailed>().Fault.NeedsChange);
        Advance(PublisherActor.LongestPause * 1.2);
        Settle(Publisher);
        ExpectNothing(Health);
        Queue.ExpectMsg<FakeBus.Abandoned>();
        Queue.ExpectMsg<FakeBus.Disposed>();

        NextBus().Up();

        ExpectOpen();
        Health.ExpectMsg<HealthProtocol.Bus>();
        Health.ExpectMsg<HealthProtocol.PortRecovered>();
    }

    [Fact]
    public void A_stream_that_is_deleted_while_messages_flow_is_a_fault_until_it_is_back()
    {
        var bus = StartPublishing();
        Health.ExpectMsg<HealthProtocol.Bus>();

        bus.Unusable(("the subject federated.data is in no stream", "create one"));
        Assert.Equal("the subject federated.data is in no stream", Health.ExpectMsg<HealthProtocol.PortFailed>().Fault.Reason);
        bus.Unusable(null);

        Health.ExpectMsg<HealthProtocol.PortRecovered>();
    }
}
