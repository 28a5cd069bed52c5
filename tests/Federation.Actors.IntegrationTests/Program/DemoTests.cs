using System.Diagnostics;
using System.Globalization;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary><c>./run.sh demo</c>.</summary>
[Collection(Folder)]
public sealed class DemoTests
{
    /// <summary>Name of the collection.</summary>
    public const string Folder = "run.sh builds into one folder";

    [Fact]
    public async Task The_demo_survives_the_death_of_its_hub_and_of_NATS_and_takes_down_what_it_started()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NATS_PORT"] = "-1",
            ["NATS_URL"] = "",
            ["HUB_PORT"] = FreePort.Take().ToString(CultureInfo.InvariantCulture),
            ["HUB_ADMIN_PORT"] = "0",
            ["EDGE_ADMIN_PORT"] = "0",
            ["DEMO_PAUSE"] = "1",
        };
        await using var demo = FederationProcess.Start(Repository.File("run.sh"), null, environment, "demo");
        await demo.ListeningAsync(TimeSpan.FromMinutes(3));
        await demo.SaysAsync("hub-link is connected to ws");
        await demo.SaysAsync("check  | hub: ");
        await demo.SaysAsync("ask    | {\"status\":\"ok\",\"result\":{\"throughput\":");
        Kill(demo, "The hub is process");

        await demo.SaysAsync("The hub has ended with code 137");
        await Eventually.TrueAsync(
            () => demo.Output.Count(line =>
                line.Contains("hub-link is connected to ws", StringComparison.Ordinal)) == 2, "the edge to come back", Patience.Long);
        var after = demo.Output.Count;
        await FlowAsync(demo);
        await Eventually.TrueAsync(
            () => demo.Output.Skip(after).Any(line =>
                line.StartsWith("ask    | {\"status\":\"ok\"", StringComparison.Ordinal)), "the edge to be asked again", Patience.Long);

        var connected = Connected(demo);
        Kill(demo, "The hub's nats-server is process");
        await demo.SaysAsync("edges has lost its connection to the bus; messages are queued");
        await demo.SaysAsync("The hub's nats-server has ended");
        await Eventually.TrueAsync(() => Connected(demo) > connected, "the hub to have NATS again", Patience.Long);
        await FlowAsync(demo);
        var children = await demo.ChildrenAsync();

        demo.Signal(ProcessSignal.Interrupt);

        Assert.Equal(0, await demo.ExitedAsync());
        var verdict = Assert.Single(demo.Output, static line => line.StartsWith("check  | All is in.", StringComparison.Ordinal));
        Assert.Matches(@"every warning at all times: (\d{2,}) were measured, and its stream has \1; missing: 0, duplicates: 0\.$", verdict);
        Assert.DoesNotContain(demo.Errors, static line => line.Contains("Killed", StringComparison.Ordinal));
        Assert.NotEmpty(children);
        Assert.All(children, id => Assert.False(Directory.Exists("/proc/" + id), $"{id} is still there"));
    }

    private static void Kill(FederationProcess demo, string which)
    {
        var id = demo.Output.Last(line => line.StartsWith(which, StringComparison.Ordinal)).Split(' ')[^1].TrimEnd('.');
        using var process = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
        process.Kill();
    }

    private static int Connected(FederationProcess demo) =>
        demo.Output.Count(static line => line.Contains("edges is connected to NATS", StringComparison.Ordinal));

    private static async Task FlowAsync(FederationProcess demo)
    {
        var before = demo.Output.Count;
        await Eventually.TrueAsync(
            () => demo.Output.Skip(before).Any(line => line.StartsWith("check  | hub: ", StringComparison.Ordinal) && !line.Contains(
                " 0 a second", StringComparison.Ordinal)),
            "messages to flow again",
            Patience.Long);
    }
}
