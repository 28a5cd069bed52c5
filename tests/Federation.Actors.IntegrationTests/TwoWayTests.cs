using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests;

/// <summary>Sites that mirror <c>events.></c>: what each of them sees of what is published at any of them.</summary>
public sealed class TwoWayTests
{
    private const int Count = 200;

    [Fact]
    public async Task Two_sites_that_mirror_each_other_on_one_socket_see_each_message_once()
    {
        await using var a = await Site.StartAsync("a", Site.Link("link", null));
        await using var b = await Site.StartAsync("b", Site.Link("link", a.Node.Url));
        await Site.ConnectedAsync(a, b);

        var published = await PublishAsync(a, b);
        await Site.SettledAsync(a, b);

        Assert.Equal(published, Sorted(a));
        Assert.Equal(published, Sorted(b));
        foreach (var (site, other) in new[] { (a, b), (b, a) })
        {
            // All that came from the other is held back from it, in silence; what came before this site listened to its own NATS is not
            // seen again.
            Assert.InRange(
                await site.Node.OutputMetricAsync("messages_dropped_total", "reason=\"echo\""), Count, await site.Node.MetricAsync(
                    "messages_published_total"));
            Assert.Equal(await other.Node.MetricAsync("messages_received_total", "type=\"data\""), await site.Node.OutputMetricAsync(
                "messages_delivered_total"));
            Assert.Equal(0, await site.Node.OutputMetricAsync("messages_dropped_total", "reason=\"loop\""));
            Assert.Equal(0, await site.Node.MetricAsync("nacks_sent_total"));
            Assert.Equal(0, await site.Node.OutputMetricAsync("messages_resent_total"));
        }
    }

    [Fact]
    public async Task A_chain_of_two_way_links_brings_each_message_to_each_site_once()
    {
        await using var b = await Site.StartAsync("b", Site.Link("links", null));
        await using var a = await Site.StartAsync("a", Site.Link("up", b.Node.Url));
        await using var c = await Site.StartAsync("c", Site.Link("up", b.Node.Url));
        await Site.ConnectedAsync(a, b, c);

        var published = await PublishAsync(a, b, c);
        await Site.SettledAsync(a, b, c);

        Assert.All([a, b, c], site => Assert.Equal(published, Sorted(site)));
        Assert.All(c.Seen.Where(static seen => seen.Subject.StartsWith("events.data.a.", StringComparison.Ordinal)),
            static seen => Assert.Equal("a,b,c", seen.Via));
    }

    [Fact]
    public async Task A_ring_that_goes_one_way_brings_each_message_to_each_site_once()
    {
        await using var ring = await Ring.StartAsync(isTwoWay: false);
        var published = await PublishAsync(ring.A, ring.B, ring.C);
        await Site.SettledAsync(ring.A, ring.B, ring.C);

        Assert.All(ring.Sites, site => Assert.Equal(published, Sorted(site)));
        foreach (var site in ring.Sites)
        {
            // Each message comes back to where it started, and is refused there.
            Assert.InRange(await site.Node.MetricAsync("nacks_sent_total", "reason=\"loop\""), Count, double.MaxValue);
            Assert.Equal(
                await site.Node.MetricAsync("nacks_sent_total", "reason=\"loop\""), await site.Node.MetricAsync("nacks_sent_total"));
        }
    }

    [Fact]
    public async Task A_ring_of_two_way_links_brings_each_message_to_the_other_sites_twice_and_no_further()
    {
        await using var ring = await Ring.StartAsync(isTwoWay: true);
        var published = await PublishAsync(ring.A, ring.B, ring.C);
        await Site.SettledAsync(ring.A, ring.B, ring.C);

        foreach (var site in ring.Sites)
        {
            var own = $"events.data.{site.Name}.";
            Assert.Equal(published, Sorted(site).Distinct());
            Assert.All(
                site.Seen.GroupBy(static seen => seen.Subject, StringComparer.Ordinal),
                copies => Assert.Equal(copies.Key.StartsWith(own, StringComparison.Ordinal) ? 1 : 2, copies.Count()));
        }

        // The direct way, and the way round.
        Assert.Equal(["a,b", "a,c,b"], ring.B.Seen.Where(static seen => seen.Subject.StartsWith("events.data.a.", StringComparison.Ordinal))
            .Select(static seen => seen.Via).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""["z","y"]""", "b")]
    [InlineData("""["b"]""", "")]
    [InlineData("""["a"]""", null)]
    [InlineData("""["b b"]""", null)]
    [InlineData("[1]", null)]
    public async Task A_forged_via_reaches_no_site_more_than_once(string via, string? beyond)
    {
        await using var a = await Site.StartAsync("a", Site.Link("link", null));
        await using var b = await Site.StartAsync("b", Site.Link("link", a.Node.Url));
        await Site.ConnectedAsync(a, b);
        await using var forger = await TestPeer.ConnectAsync(
            a.Node.Url, static options => options.SetRequestHeader("X-Federation-Peer", "b"));

        using var stop = new CancellationTokenSource();
        var acking = Task.Run(async () =>
        {
            await foreach (var envelope in forger.Received.ReadAllAsync(stop.Token))
            {
                if (envelope.GetProperty("type").ValueEquals("data"))
                {
                    await forger.SendAsync($$"""{"type":"ack","id":{{envelope.GetProperty("id").GetRawText()}}}""");
                }
            }
        });
        await forger.SendAsync($$"""{"type":"data","id":"f","via":{{via}},"subject":"events.data.forged","payload":1}""");
        await forger.SendAsync("""{"type":"data","id":"next","subject":"events.data.next","payload":2}""");
        await Eventually.TrueAsync(
            () => b.Seen.Any(static seen => seen.Subject.EndsWith("next", StringComparison.Ordinal)), "what came behind it");
        await Site.SettledAsync(a, b);

        await stop.CancelAsync();
        await Task.WhenAny(acking);

        Assert.Equal(beyond is null ? 0 : 1, a.Seen.Count(static seen => seen.Subject.EndsWith("forged", StringComparison.Ordinal)));
        Assert.Equal(beyond is "b" ? 1 : 0, b.Seen.Count(static seen => seen.Subject.EndsWith("forged", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Two_peers_without_a_name_are_not_taken_for_one_whichever_components_they_come_to()
    {
        await using var site = await Site.StartAsync("a", Site.Link("one", null), Site.Link("two", null));
        await using var first = await TestPeer.ConnectAsync(new Uri(site.Node.Endpoints["one"]));
        await using var second = await TestPeer.ConnectAsync(new Uri(site.Node.Endpoints["two"]));
        await Eventually.TrueAsync(async () => await site.Node.OutputMetricAsync("peers") == 2, "both to be known");
        await Site.ConnectedAsync(site);

        await first.SendAsync("""{"type":"data","id":"1","subject":"events.data.1","payload":1}""");

        var envelope = await second.ReceiveAsync("data");
        while (envelope.GetProperty("subject").GetString()!.StartsWith("events.probe.", StringComparison.Ordinal))
        {
            envelope = await second.ReceiveAsync("data");
        }

        Assert.Equal("events.data.1", envelope.GetProperty("subject").GetString());
        Assert.Equal("1", (await first.ReceiveAsync("ack")).GetProperty("id").GetString());
        await Eventually.TrueAsync(
            async () => await site.Node.OutputMetricAsync("messages_dropped_total", "reason=\"echo\"") == 1, "the echo to be counted");
    }

    [Fact]
    public async Task Dead_letters_that_are_mirrored_themselves_do_not_breed()
    {
        await using var ring = await Ring.StartAsync(
            isTwoWay: true, new OutputPortSettings { Name = "ws_control", Subject = "events.control" });
        await ring.A.PublishAsync("events.data.a.1", "1"u8.ToArray());
        await Eventually.TrueAsync(() => ring.Sites.All(static site => site.Seen.Count > 0), "it to be everywhere");

        await Site.SettledAsync(ring.A, ring.B, ring.C);

        Assert.All(ring.Sites, static site => Assert.InRange(site.Seen.Count, 1, 2));
    }

    private static async Task<IReadOnlyList<(string Subject, string Payload)>> PublishAsync(params Site[] sites)
    {
        byte[][] payloads =
        [
            "{ \"text\" : \"\u00e9\\u00e9\\\"\", \"n\":1.50 }"u8.ToArray(), "plain text, no JSON"u8.ToArray(), [
                0, 255, 128, 13, 10], [], "null"u8.ToArray(), [0xC3],
        ];
        var published = new List<(string, string)>();
        for (var i = 0; i < Count; i++)
        {
            foreach (var site in sites)
            {
                var (subject, payload) = ($"events.data.{site.Name}.{i}", payloads[i % payloads.Length]);
                published.Add((subject, Convert.ToBase64String(payload)));
                await site.PublishAsync(subject, payload);
            }
        }

        foreach (var site in sites)
        {
            await Eventually.TrueAsync(() => site.Seen.Select(static seen => seen.Subject)
                .Distinct(StringComparer.Ordinal).Count() == published.Count, $"all to be seen at {site.Name}");
        }

        return [.. published.Order()];
    }

    private static IEnumerable<(string Subject, string Payload)> Sorted(Site site) =>
        site.Seen.Select(static seen => (seen.Subject, seen.Payload)).Order();
}
