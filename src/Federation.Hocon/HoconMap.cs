namespace Federation.Actors.Settings;

/// <summary>A block in curly brackets; keys stay in the order they were first met.</summary>
internal sealed class HoconMap(SettingOrigin origin) : HoconNode(origin)
{
    private readonly OrderedDictionary<string, HoconNode> _entries = new(StringComparer.Ordinal);

    internal IEnumerable<KeyValuePair<string, HoconNode>> Entries => _entries;

    internal int Count => _entries.Count;

    internal HoconNode? this[string key]
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

    internal override string Describe() => "a block";

    /// <summary>Assigns as HOCON does: blocks merge, anything else replaces, and a reference keeps what it may fall back on.</summary>
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

    /// <summary>Takes another block in, whose values win.</summary>
    internal HoconMap Absorb(HoconMap winner)
    {
        foreach (var (key, value) in winner.Entries)
        {
            Assign([key], value);
        }

        return this;
    }

    /// <summary>A new block of resolved values: this one's where it has any, the other's where not. Null unsets.</summary>
    internal HoconMap Over(HoconMap below)
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
