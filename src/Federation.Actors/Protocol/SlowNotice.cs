namespace Federation.Actors.Protocol;

/// <summary>What a slow signal says.</summary>
/// <param name="Depth">Messages held.</param>
/// <param name="Capacity">Messages that can be held.</param>
/// <param name="Utilization">The fuller of the two bounds, count and bytes; 0 to 1.</param>
/// <param name="Threshold">The mark that was passed; 0 to 1.</param>
internal sealed record SlowNotice(int Depth, int Capacity, double Utilization, double Threshold)
{
    /// <summary>Utilization above which peers are asked to slow down.</summary>
    public const double UpperMark = 0.80;

    /// <summary>Utilization below which the next rise counts as a new one.</summary>
    public const double LowerMark = 0.60;
}
