using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>How metrics are named: <c>federation.metrics</c>.</summary>
public sealed record MetricsSettings
{
    /// <summary>Prefix of every metric name, such as <c>semstreams_</c>.</summary>
    [Text("letters, digits, _ and :, not starting with a digit, or nothing", nameof(SettingTexts.IsMetricPrefix))]
    public string Prefix { get; init; } = "";
}
