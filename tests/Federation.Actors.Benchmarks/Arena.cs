using System.Globalization;

namespace Federation.Actors.Benchmarks;

/// <summary>All contenders as processes on one nats-server. Those whose turn it is not are at rest.</summary>
internal sealed class Arena : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _processes = [];
    private readonly List<Contender> _servers = [];
    private readonly Dictionary<(int Size, bool Compress), Frames> _frames = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("federation-race").FullName;

    private Arena()
    {
    }

    /// <summary>By name.</summary>
    public Dictionary<string, IRacer> Racers { get; } = [];

    /// <summary>CPU time of the contenders, the nats-server and this process so far.</summary>
    public double OurSeconds => Machine.OwnSeconds() + _servers.Sum(static server => server.CpuSeconds)
        + Racers.Values.OfType<PublisherRacer>().Sum(static publisher => publisher.CpuSeconds);

    /// <summary>Starts everything.</summary>
    /// <param name="folder">Where the packages of Node.js are kept.</param>
    /// <param name="stop">Ends the attempt.</param>
    public static async Task<Arena> StartAsync(string folder, CancellationToken stop)
    {
        var arena = new Arena();
        try
        {
            await arena.FillAsync(folder, stop);
            return arena;
        }
        catch
        {
            await arena.DisposeAsync();
            throw;
        }
    }

    /// <summary>Frames of that size; made once.</summary>
    public Frames FramesOf(int size, bool compress = false)
    {
        if (!_frames.TryGetValue((size, compress), out var frames))
        {
            frames = new Frames(size, compress);
            _frames.Add((size, compress), frames);
        }

        return frames;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task FillAsync(string folder, CancellationToken stop)
    {
        var natsPort = Race.FreePort();
        var natsUrl = $"nats://127.0.0.1:{natsPort}";
        Keep(await Contender.StartNatsAsync(natsPort, Path.Combine(_folder, "store")));
        await AddNodeAsync(ContenderNames.Node, natsUrl, Race.CorePort, stop);
        await AddNodeAsync(ContenderNames.NodeStream, natsUrl, Race.StreamPort, stop);
        await AddNodeAsync(ContenderNames.NodeDeflate, natsUrl, Race.CorePort, stop, compress: true);
        var (barePort, receivePort) = (Race.FreePort(), Race.FreePort());
        AddServer(await Contender.StartMeteredAsync(
            ContenderNames.Bare, barePort, "/ingest", Environment.ProcessPath!, "bare", Text(barePort), natsUrl));
        AddServer(
            await Contender.StartMeteredAsync(ContenderNames.ReceiveOnly, receivePort,
                "/ingest", Environment.ProcessPath!, "receive-only", Text(receivePort)), acks: false);
        if (await NodeScript.StartAsync(folder, natsUrl, stop) is { } script)
        {
            AddServer(script);
        }

        AddPublisher(new PublisherRacer(ContenderNames.PublishOnly, "core", natsUrl));
        AddPublisher(new PublisherRacer(ContenderNames.BareStream, "stream", natsUrl));
    }

    private async Task AddNodeAsync(string name, string natsUrl, string output, CancellationToken stop, bool compress = false)
    {
        var (port, adminPort) = (Race.FreePort(), Race.FreePort());
        var config = Path.Combine(_folder, Text(port) + ".conf");
        await File.WriteAllTextAsync(config, Race.NodeConfiguration(natsUrl, port, adminPort, window: 16_000, output, compress), stop);
        AddServer(
            await Contender.StartMeteredAsync(name, port, "/ingest", Race.NodeProgram(), "run", "--config", config), compress: compress);
    }

    private void AddServer(Contender server, bool acks = true, bool compress = false)
    {
        Keep(server);
        Racers.Add(server.Name, new ServerRacer(server, size => FramesOf(size, compress), acks));
    }

    private void AddPublisher(PublisherRacer publisher)
    {
        _processes.Add(publisher);
        Racers.Add(publisher.Name, publisher);
    }

    private void Keep(Contender server)
    {
        _processes.Add(server);
        _servers.Add(server);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
