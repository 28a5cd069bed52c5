using Federation.Actors.Host.Admin.Dashboard;

namespace Federation.Actors.Tests.Dashboard;

public sealed class EventLogTests
{
    private readonly EventLog _log = new(7);

    [Fact]
    public void It_keeps_the_last_hundred_oldest_first()
    {
        Fill(130);

        var kept = _log.Since();

        Assert.Equal(EventLog.Capacity, kept.Count);
        Assert.Equal(("7-31", "7-130"), (kept[0].Id, kept[^1].Id));
    }

    [Fact]
    public void A_browser_goes_on_where_it_was_and_starts_anew_after_a_restart_or_when_it_was_away_for_too_long()
    {
        Fill(130);

        Assert.Equal(["7-129", "7-130"], _log.Since("7-128").Select(view => view.Id));
        Assert.Empty(_log.Since("7-130"));
        Assert.Equal(EventLog.Capacity, _log.Since("6-128").Count);
        Assert.Equal(EventLog.Capacity, _log.Since("7-5").Count);
    }

    [Fact]
    public void Connects_do_not_displace_other_events_and_all_stand_in_their_order()
    {
        _log.Add(new FederationEvent(DateTimeOffset.UnixEpoch, FederationEventKind.NatsLost, "in", "", ""));
        Fill(130);
        _log.Add(new FederationEvent(DateTimeOffset.UnixEpoch, FederationEventKind.NatsConnected, "in", "", ""));

        Assert.Equal(["7-1", "7-32", "7-33"], _log.Since().Take(3).Select(view => view.Id));
        Assert.Equal(["7-131", "7-132"], _log.Since("7-130").Select(view => view.Id));
    }

    [Fact]
    public void Names_are_those_of_JSON_and_no_peer_is_null()
    {
        var view = _log.Add(new FederationEvent(DateTimeOffset.UnixEpoch.AddSeconds(1), FederationEventKind.NatsLost, "in", "", "text"));

        Assert.Equal(new EventView("7-1", 1000, "nats_lost", "error", "in", null, "text", 0), view);
    }

    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _log.Add(new FederationEvent(DateTimeOffset.UnixEpoch, FederationEventKind.PeerConnected, "in", "p", ""));
        }
    }
}
