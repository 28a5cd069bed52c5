using Federation.Actors.Diagnostics;
using Federation.Actors.Requests;

namespace Federation.Actors.Tests.Requests;

public sealed class PeerTableTests
{
    private readonly PeerTable _table = new();
    private readonly PeerEntry _first = Entry("c1", "edge");
    private readonly PeerEntry _second = Entry("c2", "edge");
    private readonly PeerEntry _other = Entry("c3", "hub");

    [Fact]
    public void A_peer_is_new_with_its_first_connection_and_gone_with_its_last()
    {
        Assert.True(_table.Add(_first));
        Assert.False(_table.Add(_second));
        Assert.True(_table.Add(_other));

        Assert.Null(_table.Remove(_first.Connection));
        Assert.Equal(["edge", "hub"], _table.Identities.Order(StringComparer.Ordinal));
        Assert.Equal("edge", _table.Remove(_second.Connection));
        Assert.Equal(["hub"], _table.Identities);
        Assert.Same(_other, Assert.Single(_table.All));
    }

    [Fact]
    public void Connections_of_a_peer_may_end_in_any_order()
    {
        var third = Entry("c4", "edge");
        _table.Add(_first);
        _table.Add(_second);
        _table.Add(third);

        Assert.Null(_table.Remove(_second.Connection));
        Assert.Same(third, _table.Find("edge"));
        Assert.Null(_table.Remove(third.Connection));
        Assert.Same(_first, _table.Find("edge"));
        Assert.Equal("edge", _table.Remove(_first.Connection));
        Assert.Null(_table.Find("edge"));
    }

    [Fact]
    public void A_connection_that_is_not_known_is_no_loss()
    {
        _table.Add(_first);
        _table.Remove(_first.Connection);

        Assert.Null(_table.Remove(_first.Connection));
        Assert.False(_table.TryGet(_first.Connection, out _));
    }

    [Fact]
    public void The_newest_connection_of_a_peer_is_the_one_to_ask()
    {
        _table.Add(_first);
        _table.Add(_second);
        _table.Add(_other);

        Assert.Same(_second, _table.Find("edge"));
        _second.Meter.End = "gone";
        Assert.Same(_first, _table.Find("edge"));
        _first.Meter.End = "gone";
        Assert.Null(_table.Find("edge"));
        Assert.Null(_table.Find("EDGE"));
    }

    [Fact]
    public void A_connection_leads_to_its_entry()
    {
        _table.Add(_first);
        _table.Add(_second);

        Assert.True(_table.TryGet(_first.Connection, out var entry));
        Assert.Same(_first, entry);
    }

    private static PeerEntry Entry(string connection, string identity) =>
        new(NamedRef.Of(connection), new PeerMeter(identity, "10.0.0.1:5"));
}
