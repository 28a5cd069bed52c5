namespace Federation.Actors.Clustering;

/// <summary>Which node holds which peer of which component, as far as this node knows. Pure; not thread-safe.</summary>
/// <remarks>
/// The entries are spread over <see cref="Buckets"/> by their keys, so that a change sends a part of the directory and not all of it. A node writes
/// entries of its own peers, and removes its own; those of a node that is gone are removed by whoever is told to.
/// </remarks>
/// <param name="self">This node.</param>
internal sealed class PeerDirectory(string self)
{
    /// <summary>Parts of the directory.</summary>
    public const int Buckets = 16;

    private readonly IReadOnlyDictionary<string, string>[] _known = [.. Enumerable.Repeat(new Dictionary<string, string>(StringComparer.Ordinal), Buckets)];
    private readonly HashSet<string>[] _here = NewSets();
    private readonly HashSet<string>[] _changed = NewSets();

    /// <summary>The key of a peer. No name holds a <c>/</c>.</summary>
    /// <param name="component">Whose peer it is.</param>
    /// <param name="peer">Its name; empty: the component itself.</param>
    public static string Key(string component, string peer) => $"{component}/{peer}";

    /// <summary>Where a key is kept; the same on every node (FNV-1a).</summary>
    public static int Bucket(string key)
    {
        var hash = 2166136261;
        foreach (var c in key)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        return (int)(hash % Buckets);
    }

    /// <summary>It is here.</summary>
    public void Join(string key)
    {
        var bucket = Bucket(key);
        if (_here[bucket].Add(key))
        {
            _changed[bucket].Add(key);
        }
    }

    /// <summary>It is no longer here.</summary>
    public void Leave(string key)
    {
        var bucket = Bucket(key);
        if (_here[bucket].Remove(key))
        {
            _changed[bucket].Add(key);
        }
    }

    /// <summary>What a bucket holds now. Where it is wrong about this node, that is told again.</summary>
    public void Learn(int bucket, IReadOnlyDictionary<string, string> entries)
    {
        _known[bucket] = entries;
        _changed[bucket].UnionWith(_here[bucket].Where(key => !entries.ContainsKey(key)));
        _changed[bucket].UnionWith(entries.Where(entry => IsSelf(entry.Value) && !_here[bucket].Contains(entry.Key)).Select(static entry => entry.Key));
    }

    /// <summary>The node that has the peer, or else the one that runs the component; null when nobody is known to, or it is this node.</summary>
    /// <param name="component">Whose peer it is.</param>
    /// <param name="peer">Its name; empty: the component itself.</param>
    /// <param name="nodes">The members of the cluster; an entry of another one counts for nothing.</param>
    public string? Find(string component, string peer, IReadOnlySet<string> nodes) =>
        Holder(Key(component, peer), nodes) ?? (peer.Length > 0 ? Holder(Key(component, ""), nodes) : null);

    /// <summary>The updates that are due, by bucket; they are not due a second time.</summary>
    /// <param name="nodes">The members of the cluster, where the entries of all others are to be removed; null: they are left alone.</param>
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
                removed.AddRange(_known[bucket].Where(entry => !nodes.Contains(entry.Value)).Select(static entry => (entry.Key, entry.Value)));
            }

            _changed[bucket].Clear();
            if (added.Length + removed.Count > 0)
            {
                updates.Add((bucket, new DirectoryUpdate(self, added, removed)));
            }
        }

        return updates;
    }

    private static HashSet<string>[] NewSets() => [.. Enumerable.Range(0, Buckets).Select(static _ => new HashSet<string>(StringComparer.Ordinal))];

    private bool IsSelf(string node) => string.Equals(node, self, StringComparison.Ordinal);

    private string? Holder(string key, IReadOnlySet<string> nodes) =>
        _known[Bucket(key)].TryGetValue(key, out var node) && !IsSelf(node) && nodes.Contains(node) ? node : null;
}
