using System.Diagnostics;
using System.Globalization;

namespace Federation.Actors.Benchmarks.Link;

/// <summary>Two nodes between two nats-servers against a leaf node and a source, in turn.</summary>
internal sealed class LinkRace(LinkPlan plan, IReadOnlyList<string> settings, LinkArena arena)
{
    private const long WarmUp = 30_000;

    private const double CalmSeconds = 3;

    private readonly List<LinkOutcome> _outcomes = [];
    private readonly List<StreamRun> _streams = [];
    private readonly List<CoreLink> _links = [];

    /// <summary>Runs the plan and returns the exit code: 1 when a bar is missed.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="settings">Settings of the nodes' component besides the plan's, <c>path=value</c>.</param>
    /// <param name="folder">Where the results go.</param>
    /// <param name="stop">Ends the run.</param>
    public static async Task<int> RunAsync(LinkPlan plan, IReadOnlyList<string> settings, string folder, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var idle = await Machine.LookAsync(TimeSpan.FromSeconds(2), stop);
        await using var arena = new LinkArena();
        var report = await new LinkRace(plan, settings, arena).RunAsync(idle, stop);
        report.Verdicts.ForEach(Console.WriteLine);
        await report.WriteAsync(folder, stop);
        return report.Verdicts.Exists(static verdict => !verdict.IsMet) ? 1 : 0;
    }

    private async Task<LinkReport> RunAsync(double idle, CancellationToken stop)
    {
        var (all, ours, clock) = (Machine.AllSeconds(), Machine.OwnSeconds(), Stopwatch.StartNew());
        var leaf = await AddLeafAsync(LinkNames.Leaf, "off", stop);
        await AddLeafAsync(LinkNames.LeafS2, "s2_fast", stop);
        var (edge, hub, _) = await arena.StartServersAsync(compression: null, stop);
        foreach (var variant in plan.Variants)
        {
            var (from, to) = ($"from.{_links.Count}", $"to.{_links.Count}");
            var nodes = await arena.StartNodesAsync(
                edge, hub, $"{{ name = ws_data, subject = {from}, type = nats }}",
                $"{{ name = ws_data, subject = {to}, type = nats }}", [.. variant.Settings, .. settings], stop);
            _links.Add(new CoreLink(variant.Name, edge, hub, from, to, nodes.Relay, [nodes.Edge, nodes.Hub]));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{plan.Name}: {plan.Rounds} rounds in turn, medians; at most {LinkPlan.Window(Plan.Small):N0} of 150 bytes on their way"));
        Console.WriteLine(LinkOutcome.Header);
        foreach (var size in plan.Sizes)
        {
            await RunAsync(size, isVaried: true, stop);
        }

        if (plan.Sizes.Count > 1)
        {
            await RunAsync(Plan.Small, isVaried: false, stop);
        }

        await CopyAsync(leaf, (edge, hub), stop);
        var others = Math.Max(
            0, (Machine.AllSeconds() - all - (arena.OurSeconds - ours)) / clock.Elapsed.TotalSeconds);
        Console.WriteLine(Machine.Describe("meanwhile other programs used at most", others));
        return new LinkReport(plan.Name, settings, idle, others, _outcomes, _streams);
    }

    private async Task<(Contender Edge, Contender Hub, Relay Relay)> AddLeafAsync(string name, string compression, CancellationToken stop)
    {
        var (edge, hub, relay) = await arena.StartServersAsync(compression, stop);
        _links.Add(new CoreLink(name, edge, hub, "from.leaf", "from.leaf", relay!, []));
        return (edge, hub, relay!);
    }

    private async Task RunAsync(int size, bool isVaried, CancellationToken stop)
    {
        var (payloads, window, messages) = (Telemetry.Make(size, isVaried), LinkPlan.Window(size), new long[_links.Count]);
        for (var i = 0; i < messages.Length; i++)
        {
            // The runtimes compile what is hot meanwhile; the last of these says how many messages make a run.
            messages[i] = WarmUp;
            for (var clock = Stopwatch.StartNew(); messages[i] == WarmUp || clock.Elapsed < plan.WarmUp;)
            {
                messages[i] = Length(await _links[i].RunAsync(payloads, messages[i], window, stop));
            }
        }

        var runs = messages.Select(static _ => new List<LinkRun>()).ToArray();
        var calm = messages.Select(static _ => new List<LinkLatency>()).ToArray();
        var half = messages.Select(static _ => new List<LinkLatency>()).ToArray();
        for (var round = 0; round < plan.Rounds; round++)
        {
            for (var i = 0; i < _links.Count; i++)
            {
                runs[i].Add(await _links[i].RunAsync(payloads, messages[i], window, stop));
            }
        }

        for (var round = 0; round < plan.Rounds; round++)
        {
            for (var i = 0; i < _links.Count; i++)
            {
                calm[i].Add(await _links[i].RunAtAsync(payloads, LinkPlan.Calm, CalmSeconds, stop));
                if (plan.Sizes.Count > 1)
                {
                    var rate = Race.Median(runs[i].Select(static run => run.Rate)) / 2;
                    half[i].Add(await _links[i].RunAtAsync(payloads, rate, CalmSeconds, stop));
                }
            }
        }

        for (var i = 0; i < _links.Count; i++)
        {
            _outcomes.Add(LinkOutcome.Of(_links[i].Name, size, isVaried, runs[i], calm[i], half[i]));
            Console.WriteLine(_outcomes[^1]);
        }
    }

    private long Length(LinkRun run) => (long)Math.Clamp(run.Rate * plan.Seconds, WarmUp / 3, 2_000_000);

    /// <summary>Stream to stream: a source across the leaf, and nodes that have just been started.</summary>
    private async Task CopyAsync(
        (Contender Edge, Contender Hub, Relay Relay) leaf, (Contender Edge, Contender Hub) plain, CancellationToken stop)
    {
        var payloads = Telemetry.Make(Plan.Small, isVaried: true);
        await using var sourced = await StreamLink.FillAsync(leaf.Edge, leaf.Hub, payloads, plan.Stored, stop);
        await using var sent = await StreamLink.FillAsync(plain.Edge, plain.Hub, payloads, plan.Stored, stop);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"stream to stream on disk: the first {LinkPlan.Cold:N0}, and the second half of {plan.Stored:N0}"));
        Console.WriteLine("contender                                cold msg/s   warm msg/s   CPU us/msg   nodes us/msg   bytes there + "
            + "back");
        string[] names = [LinkNames.Source, LinkNames.AtLeastOnce];
        var runs = new List<StreamRun>();
        for (var round = 0; round < plan.Rounds; round++)
        {
            await sourced.SourceAsync(stop);
            runs.Add(await sourced.MeasureAsync(LinkNames.Source, [], leaf.Relay, LinkPlan.Cold, plan.Stored, stop));
            foreach (var variant in plan.Variants.Where(variant => names.Contains(variant.Name, StringComparer.Ordinal)))
            {
                var (edge, hub, relay) = await arena.StartNodesAsync(
                    plain.Edge, plain.Hub,
                    $"{{ name = ws_data, subject = {StreamLink.Subject}, type = jetstream, stream = {StreamLink.Stream} }}",
                    $"{{ name = ws_data, subject = copied, type = jetstream, stream {{ name = {StreamLink.Copy}, create = true }} }}",
                    [.. variant.Settings, .. settings], stop);
                runs.Add(await sent.MeasureAsync(variant.Name, [edge, hub], relay, LinkPlan.Cold, plan.Stored, stop));
                await arena.StopAsync(edge, hub);
            }
        }

        foreach (var name in names)
        {
            _streams.Add(StreamRun.Median([.. runs.Where(run => string.Equals(run.Name, name, StringComparison.Ordinal))]));
            Console.WriteLine(_streams[^1]);
        }
    }
}
