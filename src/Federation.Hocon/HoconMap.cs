namespace Federation.Hocon;

/// <summary>A block in curly brackets.</summary>
/// <param name="origin">The origin of the block.</param>
public sealed class HoconMap(HoconOrigin origin) : HoconNode(origin)
{
    private readonly OrderedDictionary<string, HoconNode> _entries = new(StringComparer.Ordinal);

    /// <summary>Keys and values, in the order in which the keys first occurred.</summary>
    public IEnumerable<KeyValuePair<string, HoconNode>> Entries => _entries;

    /// <summary>Number of keys.</summary>
    public int Count => _entries.Count;

    /// <summary>The value of a key, or null if there is none. Setting null removes the key.</summary>
    public HoconNode? this[string key]
    {
        get => _entries.GetValueOrDefault(key);
        set
        {
            if (value is null)
            {
                _entries.Remove(key);
            }
            else
            {
                _entries[key] = value;
            }
        }
    }

    /// <inheritdoc />
    public override string Describe() => "a block";

    /// <summary>As in HOCON: blocks merge, other values replace, and a reference keeps the replaced value as its fallback.</summary>
    internal void Assign(ReadOnlySpan<string> path, HoconNode value)
    {
        var key = path[0];
        var existing = this[key];
        if (path.Length > 1)
        {
            if (existing is HoconMap inner)
            {
                inner.Assign(path[1..], value);
                return;
            }

            var block = new HoconMap(value.Origin);
            block.Assign(path[1..], value);
            value = block;
        }

        this[key] = value switch
        {
            HoconMap right when existing is HoconMap left => left.Absorb(right),
            HoconMap when existing is HoconHistory => HoconHistory.Of(existing, value),
            HoconReference or HoconConcat or HoconAppend or HoconHistory => HoconHistory.Of(existing, value),
            _ => value,
        };
    }

    internal HoconMap Absorb(HoconMap winner)
    {
        foreach (var (key, value) in winner.Entries)
        {
            Assign([key], value);
        }

        return this;
    }

    /// <summary>Returns a new block of resolved values: those of this block, and those of the other block for keys that this block does
    /// not have. A null in this block removes the value.</summary>
    public HoconMap Over(HoconMap below)
    {
        var merged = new HoconMap(Origin);
        foreach (var (key, value) in below.Entries)
        {
            merged[key] = value;
        }

        foreach (var (key, value) in Entries)
        {
            merged[key] = (value, merged[key]) switch
            {
                (HoconMap upper, HoconMap lower) => upper.Over(lower),
                (HoconScalar { IsNull: true }, _) => null,
                _ => value,
            };
        }

        return merged;
    }
}
