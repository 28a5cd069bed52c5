namespace Federation.Actors;

/// <summary>How metrics are named: <c>federation.metrics</c>.</summary>
public sealed record MetricsSettings
{
    /// <summary>Put in front of every metric name. Empty, or of the form <c>[a-zA-Z_:][a-zA-Z0-9_:]*</c>. Default empty.</summary>
    public string Prefix { get; init; } = "";
}
