namespace Federation.Actors.Tests.Scale;

/// <summary>What became of a <see cref="ReconnectStorm"/>. All times in seconds since the connections were lost.</summary>
internal sealed class StormResult
{
    /// <summary>Edges that are back.</summary>
    public int Connected { get; set; }

    /// <summary>Edges that dial no more.</summary>
    public int GivenUp { get; set; }

    /// <summary>Half of them are back after.</summary>
    public int HalfAfter { get; set; }

    /// <summary>99 of 100 are back after.</summary>
    public int MostAfter { get; set; }

    /// <summary>All are back, or have given up, after.</summary>
    public int Seconds { get; set; }

    /// <summary>Dials in all.</summary>
    public long Dials { get; set; }

    /// <summary>Dials in the worst second.</summary>
    public int PeakDials { get; set; }

    /// <summary>Handshakes of one node in its worst second.</summary>
    public int PeakUpgrades { get; set; }
}
