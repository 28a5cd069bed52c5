namespace Federation.Actors.Clustering;

/// <summary>Notices that a node that waits for others to join it could reach one of them for so long that this one must be in another cluster. Pure.</summary>
/// <param name="patience">How long one that joins takes at most.</param>
internal sealed class StrayWatch(TimeSpan patience)
{
    /// <summary>One that has not answered for so long may have been started again.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (TimeSpan First, TimeSpan Last)> _there = new(StringComparer.Ordinal);

    /// <summary>A node that is not in this one's cluster has answered.</summary>
    /// <param name="node">Its address.</param>
    /// <param name="now">The time since the watch was made.</param>
    /// <returns>True when it has been there for longer than joining takes.</returns>
    public bool IsThere(string node, TimeSpan now)
    {
        var first = _there.TryGetValue(node, out var there) && now - there.Last <= Silence ? there.First : now;
        _there[node] = (first, now);
        return now - first > patience;
    }
}
