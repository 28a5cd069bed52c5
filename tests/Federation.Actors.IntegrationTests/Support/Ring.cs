namespace Federation.Actors.IntegrationTests.Support;

/// <summary>
/// Three sites in a ring: a sends to b, b to c, and c to a. Who dials is another matter: each dials those that were there before it.
/// </summary>
internal sealed class Ring : IAsyncDisposable
{
    private readonly List<Site> _sites = [];

    private Ring()
    {
    }

    public IReadOnlyList<Site> Sites => _sites;

    public Site A => _sites[0];

    public Site B => _sites[1];

    public Site C => _sites[2];

    /// <param name="isTwoWay">Whether each link carries messages both ways.</param>
    /// <param name="more">Further outputs of each component.</param>
    public static async Task<Ring> StartAsync(bool isTwoWay, params OutputPortSettings[] more)
    {
        var ring = new Ring();
        try
        {
            ring._sites.Add(await Site.StartAsync("a", Sender("b", null), Receiver("c", null)));
            ring._sites.Add(await Site.StartAsync("b", Receiver("a", ring.A.Node.Endpoints["b"]), Sender("c", null)));
            ring._sites.Add(await Site.StartAsync("c", Receiver("b", ring.B.Node.Endpoints["c"]), Sender("a", ring.A.Node.Endpoints["c"])));
            await Site.ConnectedAsync([.. ring._sites]);
            return ring;
        }
        catch
        {
            await ring.DisposeAsync();
            throw;
        }

        ComponentSettings Sender(string name, string? dials) => With(Site.Link(name, Address(dials), receives: isTwoWay));

        ComponentSettings Receiver(string name, string? dials) => With(Site.Link(name, Address(dials), sends: isTwoWay));

        ComponentSettings With(ComponentSettings link) =>
            link with { Ports = link.Ports with { Outputs = [.. link.Ports.Outputs, .. more] } };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var site in _sites)
        {
            await site.DisposeAsync();
        }
    }

    private static Uri? Address(string? url) => url is null ? null : new Uri(url);
}
