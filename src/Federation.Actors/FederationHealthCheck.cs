using Akka.Actor;
using Akka.Hosting;
using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Federation.Actors;

internal sealed class FederationHealthCheck(string federation, Func<FederationHealth, HealthCheckResult> judge) : IAkkaHealthCheck
{
    /// <summary>If the node takes longer to report its health, it is unhealthy.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    public static void AddTo(AkkaConfigurationBuilder builder, string federation, FederationSettings settings)
    {
        Add("live", Live, "liveness");
        Add("ready", Ready, "readiness");
        foreach (var component in settings.Components.Select(static component => component.Name))
        {
            Add($"components.{component}", report => Component(report.Components[component]));
        }

        void Add(string name, Func<FederationHealth, HealthCheckResult> judge, params string[] tags) =>
            builder.WithHealthCheck($"{federation}.{name}", new FederationHealthCheck(federation, judge),
                tags: ["akka", "federation", .. tags]);
    }

    public async Task<HealthCheckResult> CheckHealthAsync(AkkaHealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return judge(await context.ActorSystem.ActorSelection($"/user/{federation}").Ask<FederationHealth>(
                HealthProtocol.GetReport.Instance, AnswerTimeout, cancellationToken));
        }
        catch (AskTimeoutException)
        {
            return HealthCheckResult.Unhealthy($"the node has not answered within {AnswerTimeout.TotalSeconds:0} s");
        }
    }

    private static HealthCheckResult Live(FederationHealth report) => HealthCheckResult.Healthy($"up for {report.UptimeSeconds} s");

    private static HealthCheckResult Ready(FederationHealth report) => report.Ready
        ? HealthCheckResult.Healthy()
        : HealthCheckResult.Unhealthy("not ready: " + string.Join(", ",
            report.Components.Where(static pair => !pair.Value.Ready).Select(static pair => pair.Key)));

    /// <summary>Unhealthy as in the report. Degraded if the component does not accept peers, or is not connected to its bus, because it
    /// may become unhealthy.</summary>
    private static HealthCheckResult Component(ComponentHealth health)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["status"] = health.Status,
            ["connections"] = health.Details.Connections.Active,
            ["queue_depth"] = health.Details.Queue.Depth,
            ["nats_connected"] = health.Details.Nats.Connected,
        };
        return health switch
        {
            { Healthy: false } => HealthCheckResult.Unhealthy(string.Join("; ", health.Problems), data: data),
            { Faults: { } faults } => HealthCheckResult.Degraded(string.Join("; ", faults), data: data),
            { Ready: false } => HealthCheckResult.Degraded(
                $"{health.Status}, {(health.Details.Nats.Connected ? "its bus is connected" : "its bus is not connected")}", data: data),
            _ => HealthCheckResult.Healthy(data: data),
        };
    }
}
