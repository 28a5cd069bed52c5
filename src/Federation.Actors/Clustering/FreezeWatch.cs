namespace Federation.Actors.Clustering;

/// <summary>
/// Notices that this process has stood still for so long that the others have gone on without it: stopped by a signal, by a debugger, or with its whole
/// virtual machine. Pure.
/// </summary>
/// <param name="patience">How long the others wait before they give a silent node up.</param>
/// <param name="now">The time.</param>
internal sealed class FreezeWatch(TimeSpan patience, DateTimeOffset now)
{
    private DateTimeOffset _last = now;

    /// <summary>To be called often: the time since the last call.</summary>
    /// <returns>How long the process stood still, if the others have given it up; else null.</returns>
    public TimeSpan? Tick(DateTimeOffset now)
    {
        var gap = now - _last;
        _last = now;
        return gap > patience ? gap : null;
    }
}
