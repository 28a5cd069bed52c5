using Federation.Actors.Diagnostics;
using Federation.Actors.Nats;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Nats;

public sealed class InputFaultsTests
{
    private static readonly PortFault Fault = new("events", "stream events", "", "gone", "make it", NeedsChange: true);
    private readonly List<object> _told = [];
    private readonly InputFaults _faults;

    public InputFaultsTests() => _faults = new InputFaults(_told.Add);

    [Fact]
    public void A_fault_is_told_when_it_begins_changes_and_ends()
    {
        _faults.Remove("events");
        _faults.Add(Fault);
        _faults.Add(Fault);
        _faults.Add(Fault with { Reason = "elsewhere" });
        _faults.Remove("events");
        _faults.Remove("events");

        Assert.Equal(
            [new EgressBusProtocol.Failed(Fault), new EgressBusProtocol.Failed(Fault with { Reason = "elsewhere" }),
                new EgressBusProtocol.Recovered("events", "")], _told);
    }

    [Fact]
    public void The_faults_of_a_peer_and_of_all_are_two()
    {
        _faults.Add(Fault);
        _faults.Add(Fault with { Peer = "one" });
        _faults.Remove("events", "one");

        Assert.Equal([new EgressBusProtocol.Failed(Fault),
            new EgressBusProtocol.Failed(Fault with { Peer = "one" }), new EgressBusProtocol.Recovered("events", "one")], _told);
    }
}
