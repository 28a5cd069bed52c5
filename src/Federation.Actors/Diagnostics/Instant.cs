namespace Federation.Actors.Diagnostics;

/// <summary>A moment by both clocks.</summary>
/// <param name="Elapsed">Monotonic, see <see cref="Clock.Elapsed"/>: the only one to compare and subtract.</param>
/// <param name="Utc">The wall clock: the only one to show.</param>
internal readonly record struct Instant(TimeSpan Elapsed, DateTimeOffset Utc)
{
    /// <summary>An earlier or later moment by the wall clock as it is set now, so that a reader who subtracts it from the present gets its true age.</summary>
    /// <param name="elapsed">The moment by the monotonic clock.</param>
    public DateTimeOffset Stamp(TimeSpan elapsed) => Utc - (Elapsed - elapsed);
}
