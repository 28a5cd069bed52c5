using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>How metrics are named: <c>federation.metrics</c>.</summary>
public sealed record MetricsSettings
{
    /// <summary>Put in front of every metric name, such as <c>semstreams_</c>.</summary>
    [Text("nothing, or letters, digits, _ and : that do not start with a digit", nameof(SettingTexts.IsMetricPrefix))]
    public string Prefix { get; init; } = "";
}
