using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Federation.Actors.IntegrationTests.Chaos;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>A cluster of processes, a nats-server with a stream, and hubs that the cluster dials and that remember all they send.</summary>
internal sealed partial class ClusterRun : IAsyncDisposable
{
    /// <summary>
    /// Time in which all hubs must be dialled again after a node has died: the issue's promise, on a machine that is busy with other
    /// things.
    /// </summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(20);

    /// <summary>Time in which a cluster that starts from nothing has dialled every hub.</summary>
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(60);

    /// <summary>A guest that was built with these tests; see <see cref="AskAsync"/>.</summary>
    public static readonly string Asker = Path.Combine(AppContext.BaseDirectory, "asker");

    private const int Guests = 2;

    private readonly NatsServer _nats;
    private readonly HttpClient _http = new();
    private readonly ClusterNode[] _plans;
    private ulong _judged;

    private ClusterRun(NatsServer nats, ClusterNetwork network, DialledHub[] hubs, ClusterNode[] plans, int nodes)
    {
        _nats = nats;
        Network = network;
        _plans = plans;
        Hubs = hubs;
        Nodes = new FederationProcess[nodes];
    }

    public IReadOnlyList<DialledHub> Hubs { get; }

    public FederationProcess[] Nodes { get; }

    /// <summary>What the nodes reach each other through; not the hubs, nor the bus.</summary>
    public ClusterNetwork Network { get; }

    public string NatsUrl => _nats.Url;

    /// <summary>Starts it, and waits until each hub is dialled.</summary>
    /// <param name="hubs">How many hubs there are.</param>
    /// <param name="nodes">How many nodes there are.</param>
    public static async Task<ClusterRun> StartAsync(int hubs, int nodes = 3)
    {
        var nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        var remotes = new DialledHub[hubs];
        for (var i = 0; i < hubs; i++)
        {
            remotes[i] = await DialledHub.StartAsync(string.Create(CultureInfo.InvariantCulture, $"hub-{i}"));
        }

        var network = new ClusterNetwork(nodes + Guests);
        ClusterNode[] plans = [
            .. network.Addresses.Select((address, i) => new ClusterNode(
                string.Create(CultureInfo.InvariantCulture, $"node-{i}"), nats.Url, network.Ports[i], [
                    .. network.Addresses.Take(nodes)], [.. remotes.Select(static hub => hub.Url)],
                FreePort.Take(), FreePort.Take(), address)),
        ];
        var run = new ClusterRun(nats, network, remotes, plans, nodes);
        try
        {
            await run.CompleteAsync();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node that is not running, under its old address.</summary>
    /// <param name="node">Which one.</param>
    /// <param name="program">With this program; null: the one that was built with these tests.</param>
    public async Task StartNodeAsync(int node, string? program = null)
    {
        if (Nodes[node] is { } ended)
        {
            await ended.DisposeAsync();
        }

        Nodes[node] = await _plans[node].RunAsync(program);
    }

    /// <summary>Starts what is not running, and waits until the hubs are shared out.</summary>
    public async Task CompleteAsync()
    {
        await Eventually.TrueAsync(
            async () =>
            {
                // Also one that ended because this machine had no time for it, as systemd would.
                await Task.WhenAll(Enumerable.Range(0, Nodes.Length).Except(Running()).Select(node => StartNodeAsync(node)));
                return await AreMembersAsync(Nodes.Length);
            },
            "all nodes to be members",
            Start);
        await SharedAsync();
    }

    /// <summary>Ends all nodes that run, without killing one.</summary>
    public async Task EndAsync()
    {
        Load(false);
        foreach (var node in Running())
        {
            Nodes[node].Signal(ProcessSignal.Terminate);
        }

        await Task.WhenAll(Nodes.Select(static node => node.ExitedAsync()));
    }

    /// <summary>Lets a guest, a member that dials nobody, ask a peer of any node.</summary>
    /// <param name="guest">Which of the two.</param>
    /// <param name="program">The guest, which is told the files, and whom it asks for what.</param>
    /// <param name="peer">Name of the peer.</param>
    /// <returns>The reply.</returns>
    public async Task<string> AskAsync(int guest, string program, string peer)
    {
        var plan = _plans[Nodes.Length + guest];
        var folder = Directory.CreateTempSubdirectory("federation-");
        var (node, akka) = (Path.Combine(folder.FullName, "node.conf"), Path.Combine(folder.FullName, "akka.conf"));
        await File.WriteAllTextAsync(node, plan.Text);
        await File.WriteAllTextAsync(akka, await File.ReadAllTextAsync(Repository.File("hocon/cluster.conf")) + plan.Guest);
        await using var asker = FederationProcess.Start(program, folder, environment: null, node, akka, "edges", peer, "inventory");
        var code = await asker.ExitedAsync();
        Assert.True(code == 0 && asker.Output.Count > 0, string.Join('\n', [.. asker.Output, .. asker.Errors]));
        return asker.Output[^1];
    }

    /// <summary>Where a node listens for edges.</summary>
    public Uri Edges(int node) => new(EdgesPattern().Match(string.Join('\n', Nodes[node].Output)).Groups["url"].Value);

    /// <summary>What a node says about itself; undefined when it says nothing, as one that is ending.</summary>
    public async Task<JsonElement> HealthAsync(int node)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(Nodes[node].Admin, "/health"));
            var text = await answer.Content.ReadAsStringAsync();
            return text.StartsWith('{') ? JsonElement.Parse(text) : default;
        }
        catch (HttpRequestException)
        {
            return default;
        }
    }

    /// <summary>Waits until every running node sees so many members that are up and reachable.</summary>
    public Task MembersAsync(int count, TimeSpan patience) =>
        Eventually.TrueAsync(() => AreMembersAsync(count), string.Create(CultureInfo.InvariantCulture, $"{count} members"), patience);

    /// <summary>Waits until each hub is dialled.</summary>
    public Task DialledAsync(TimeSpan patience) =>
        Eventually.TrueAsync(() => Hubs.All(static hub => hub.IsConnected), "each hub to be dialled", patience);

    /// <summary>Waits until each hub gets acks.</summary>
    public Task FlowAsync()
    {
        long[] before = [.. Hubs.Select(static hub => hub.Acked)];
        return Eventually.TrueAsync(() => !Hubs.Where((hub, i) => hub.Acked <= before[i]).Any(), "acks for every hub", Recovery);
    }

    /// <summary>By node, the components that it says it runs.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> LinksAsync()
    {
        var links = new List<IReadOnlyList<string>>();
        foreach (var node in Running())
        {
            var components = (await HealthAsync(node)).GetProperty("components");
            links.Add([
                .. components.EnumerateObject().Where(static component => component.Name.StartsWith("hub-", StringComparison.Ordinal)
                    && component.Value.GetProperty("status").GetString() is not "elsewhere").Select(static component => component.Name),
            ]);
        }

        return links;
    }

    /// <summary>Waits until each hub is at one node, as the nodes say, and each node has its share.</summary>
    private Task SharedAsync() => Eventually.TrueAsync(
        async () => await LinksAsync() is var links && links.Sum(static node => node.Count) == Hubs.Count
            && links.SelectMany(static node => node).Distinct(StringComparer.Ordinal).Count() == Hubs.Count
            && links.All(node => node.Count >= Hubs.Count / links.Count / 2) && Hubs.All(static hub => hub.IsConnected),
        "each hub to be at one node, and hubs at each node",
        Start);

    public void Load(bool on)
    {
        foreach (var hub in Hubs)
        {
            hub.Sends = on;
        }
    }

    /// <summary>
    /// Ends the load, waits for all answers, and compares what the stream has got since the last time with what was sent and answered.
    /// </summary>
    /// <param name="edge">Of a sender that is no hub, which is judged too; null: there is none.</param>
    /// <param name="sent">Messages that it has sent.</param>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public async Task<IReadOnlyList<string>> JudgeAsync(Ledger? edge = null, long sent = 0)
    {
        Load(false);
        await Eventually.TrueAsync(() => Hubs.All(static hub => !hub.HasUnanswered), "all to be answered", Recovery);
        await using var connection = new NatsConnection(new NatsOpts { Url = _nats.Url });
        var streams = new NatsJSContext(connection);
        var from = _judged + 1;
        _judged = (ulong)(await streams.GetStreamAsync("got")).Info.State.LastSeq;
        var consumer = await streams.CreateOrderedConsumerAsync(
            "got", new NatsJSOrderedConsumerOpts { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = from });
        await foreach (var message in consumer.ConsumeAsync<byte[]>())
        {
            if (message.Subject.StartsWith("got.hub-", StringComparison.Ordinal))
            {
                var hub = Hubs[int.Parse(message.Subject.AsSpan("got.hub-".Length), CultureInfo.InvariantCulture)];
                hub.Ledger.Found(Encoding.UTF8.GetString(message.Data!), hub.Sent);
            }
            else if (edge is not null && string.Equals(message.Subject, "got." + edge.Name, StringComparison.Ordinal))
            {
                edge.Found(Encoding.UTF8.GetString(message.Data!), sent);
            }

            if (message.Metadata?.NumPending == 0)
            {
                break;
            }
        }

        return [.. Hubs.SelectMany(static hub => hub.Ledger.Judge()), .. edge?.Judge() ?? []];
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Nodes.Where(static node => node is not null).Select(static node => node.DisposeAsync().AsTask()));
        foreach (var hub in Hubs)
        {
            await hub.DisposeAsync();
        }

        _http.Dispose();
        await Network.DisposeAsync();
        await _nats.DisposeAsync();
    }

    [GeneratedRegex(@"edges listens on (?<url>ws://\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EdgesPattern();

    private async Task<bool> AreMembersAsync(int count)
    {
        foreach (var node in Running())
        {
            var health = await HealthAsync(node);
            if (health.ValueKind == JsonValueKind.Undefined || !health.TryGetProperty("cluster", out var cluster)
                || cluster.GetProperty("members").EnumerateArray().Count(static member =>
                    member.GetProperty("status").GetString() is "up" && member.GetProperty("reachable").GetBoolean()) != count)
            {
                return false;
            }
        }

        return true;
    }

    private int[] Running() => [..  Enumerable.Range(0, Nodes.Length).Where(node => Nodes[node] is { HasEnded: false })];
}
