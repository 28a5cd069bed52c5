using Akka.Cluster;
using Akka.DistributedData;

namespace Federation.Actors.Clustering;

/// <summary>A change of one bucket of the directory.</summary>
/// <param name="Node">Who makes it.</param>
/// <param name="Added">Keys that are at that node now.</param>
/// <param name="Removed">Keys that are no longer at the node named with each; one that has got another entry meanwhile stays.</param>
internal sealed record DirectoryUpdate(string Node, IReadOnlyList<string> Added, IReadOnlyList<(string Key, string Node)> Removed)
{
    /// <summary>Later than what it replaces, whatever the wall clocks of the nodes say.</summary>
    private static readonly Clock<string> NextVersion = static (version, _) => version + 1;

    /// <summary>The bucket with the change.</summary>
    /// <param name="bucket">As it is.</param>
    /// <param name="writer">This node.</param>
    public LWWDictionary<string, string> Apply(LWWDictionary<string, string> bucket, UniqueAddress writer)
    {
        foreach (var key in Added)
        {
            if (!bucket.TryGetValue(key, out var holder) || !string.Equals(holder, Node, StringComparison.Ordinal))
            {
                bucket = bucket.SetItem(writer, key, Node, NextVersion);
            }
        }

        foreach (var (key, node) in Removed)
        {
            if (bucket.TryGetValue(key, out var holder) && string.Equals(holder, node, StringComparison.Ordinal))
            {
                bucket = bucket.Remove(writer, key);
            }
        }

        return bucket;
    }
}
