using Akka.Cluster;
using Akka.DistributedData;

namespace Federation.Actors.Clustering;

/// <summary>The node of each peer of each component, as known here. Not thread-safe.</summary>
/// <remarks>The entries are distributed over <see cref="Buckets"/>, so that a change sends only a part of the directory. A node writes
/// and removes the entries of its own peers; another node removes those of a node that has left.</remarks>
internal sealed class PeerDirectory(string self)
{
    public const int Buckets = 16;

    private readonly IReadOnlyDictionary<string, string>[] _known =
        [.. Enumerable.Repeat(new Dictionary<string, string>(StringComparer.Ordinal), Buckets)];
    private readonly HashSet<string>[] _here = NewSets();
    private readonly HashSet<string>[] _changed = NewSets();

    /// <summary>A peer's name has no <c>/</c>. An empty peer stands for the component itself.</summary>
    public static string Key(string component, string peer) => $"{component}/{peer}";

    /// <summary>The same on every node (FNV-1a).</summary>
    public static int Bucket(string key)
    {
        var hash = 2166136261;
        foreach (var c in key)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        return (int)(hash % Buckets);
    }

    public void Join(string key)
    {
        var bucket = Bucket(key);
        if (_here[bucket].Add(key))
        {
            _changed[bucket].Add(key);
        }
    }

    public void Leave(string key)
    {
        var bucket = Bucket(key);
        if (_here[bucket].Remove(key))
        {
            _changed[bucket].Add(key);
        }
    }

    public void Learn(int bucket, IReadOnlyDictionary<string, string> entries)
    {
        _known[bucket] = entries;
        _changed[bucket].UnionWith(_here[bucket].Where(key => !entries.ContainsKey(key)));
        _changed[bucket].UnionWith(
            entries.Where(entry => IsSelf(entry.Value) && !_here[bucket].Contains(entry.Key)).Select(static entry => entry.Key));
    }

    /// <summary>The peer's node, or else the component's; null when unknown or this node.</summary>
    /// <param name="peer">The peer's name; empty: the component itself.</param>
    public string? Find(string component, string peer, IReadOnlySet<string> nodes) =>
        Holder(Key(component, peer), nodes) ?? (peer.Length > 0 ? Holder(Key(component, ""), nodes) : null);

    /// <summary>The due updates by bucket, once.</summary>
    /// <param name="nodes">The members of the cluster: entries of other nodes are removed; null: they stay.</param>
    public IReadOnlyList<(int Bucket, DirectoryUpdate Update)> Take(IReadOnlySet<string>? nodes)
    {
        var updates = new List<(int, DirectoryUpdate)>();
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            var here = _here[bucket];
            string[] added = [.. _changed[bucket].Where(here.Contains)];
            var removed = _changed[bucket].Where(key => !here.Contains(key)).Select(key => (key, self)).ToList();
            if (nodes is not null)
            {
                removed.AddRange(
                    _known[bucket].Where(entry => !nodes.Contains(entry.Value)).Select(static entry => (entry.Key, entry.Value)));
            }

            _changed[bucket].Clear();
            if (added.Length + removed.Count > 0)
            {
                updates.Add((bucket, new DirectoryUpdate(self, added, removed)));
            }
        }

        return updates;
    }

    private static HashSet<string>[] NewSets() =>
        [.. Enumerable.Range(0, Buckets).Select(static _ => new HashSet<string>(StringComparer.Ordinal))];

    private bool IsSelf(string node) => string.Equals(node, self, StringComparison.Ordinal);

    private string? Holder(string key, IReadOnlySet<string> nodes) =>
        _known[Bucket(key)].TryGetValue(key, out var node) && !IsSelf(node) && nodes.Contains(node) ? node : null;
}

/// <summary>A change of one bucket of the directory.</summary>
internal sealed record DirectoryUpdate(string Node, IReadOnlyList<string> Added, IReadOnlyList<(string Key, string Node)> Removed)
{
    /// <summary>Later than the replaced value, whatever the nodes' wall clocks show.</summary>
    private static readonly Clock<string> NextVersion = static (version, _) => version + 1;

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
