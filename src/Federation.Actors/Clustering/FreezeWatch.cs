namespace Federation.Actors.Clustering;

/// <summary>Notices that this process has stood still for so long that the others have gone on without it. Pure.</summary>
/// <param name="patience">How long the others wait before they give a silent node up.</param>
internal sealed class FreezeWatch(TimeSpan patience)
{
    private TimeSpan _last;

    /// <summary>To be called often.</summary>
    /// <param name="now">The time since the watch was made, by a clock that nobody sets and that goes on while the process does not.</param>
    /// <returns>How long the process stood still, if the others have given it up; else null.</returns>
    public TimeSpan? Tick(TimeSpan now)
    {
        var gap = now - _last;
        _last = now;
        return gap > patience ? gap : null;
    }
}
