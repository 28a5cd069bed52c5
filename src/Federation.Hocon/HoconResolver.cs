namespace Federation.Hocon;

/// <summary>Resolves references: first as a path of the same text, then as an environment variable.</summary>
/// <param name="root">The result of <see cref="HoconParser.Parse"/>. It is not modified.</param>
/// <param name="environment">Returns the value of an environment variable, or null if it is not set.</param>
/// <remarks>Limits: 32 levels of references to references, 100,000 values. Not thread-safe. An instance can be used once.</remarks>
public sealed class HoconResolver(HoconMap root, Func<string, string?> environment)
{
    // References that stand for references: more than anyone writes, and each costs a few stack frames.
    private const int MaxChain = 32;

    // Bounds what references to lists of references can multiply to.
    private const int MaxNodes = 100_000;

    private readonly HashSet<string> _active = new(StringComparer.Ordinal);
    private int _nodes;

    /// <summary>Returns a copy of the tree that contains only blocks, lists and scalars.</summary>
    /// <exception cref="HoconSyntaxException">A reference cannot be resolved or is circular, or values of different kinds are
    /// concatenated.</exception>
    public HoconMap Resolve() => ResolveMap(root);

    internal static HoconNode Join(IReadOnlyList<HoconNode> parts, string position, HoconOrigin origin)
    {
        var solid = parts.Where(part => !IsBlank(part)).ToList();
        if (solid.Count == 1 && solid[0] is not HoconScalar)
        {
            return solid[0];
        }

        if (parts.All(part => part is HoconScalar))
        {
            var scalars = parts.Cast<HoconScalar>().ToList();
            var source = scalars.Find(scalar => scalar.Origin.Kind == HoconOriginKind.Environment)?.Origin ?? origin;
            return new HoconScalar(string.Concat(scalars.Select(scalar => scalar.Text)), scalars.Exists(scalar => scalar.Quoted), source);
        }

        if (solid.TrueForAll(part => part is HoconMap))
        {
            return solid.Cast<HoconMap>().Aggregate(new HoconMap(origin), (merged, next) => merged.Absorb(next));
        }

        if (solid.TrueForAll(part => part is HoconList))
        {
            return new HoconList([.. solid.Cast<HoconList>().SelectMany(list => list.Items)], origin);
        }

        throw HoconSyntaxException.Unexpected(
            position,
            string.Join(" beside ", solid.Select(static part => part.Describe())),
            "values of one kind, or a comma or a new line between them");
    }

    private static bool IsBlank(HoconNode part) => part is HoconScalar { Quoted: false } scalar && string.IsNullOrWhiteSpace(scalar.Text);

    private HoconNode? Resolve(HoconNode node)
    {
        if (++_nodes > MaxNodes)
        {
            throw HoconSyntaxException.Unexpected(node.Origin.Detail, $"more than {MaxNodes} values", "fewer");
        }

        return node switch
        {
            HoconMap map => ResolveMap(map),
            HoconList list => new HoconList([.. list.Items.Select(Resolve).OfType<HoconNode>()], list.Origin),
            HoconReference reference => ResolveReference(reference),
            HoconConcat concat => ResolveConcat(concat),
            HoconHistory history => ResolveHistory(history),
            HoconAppend append => ResolveAppend(append, before: null),
            _ => node,
        };
    }

    private HoconMap ResolveMap(HoconMap map)
    {
        var resolved = new HoconMap(map.Origin);
        foreach (var (key, value) in map.Entries)
        {
            resolved[key] = Resolve(value);
        }

        return resolved;
    }

    private HoconNode? ResolveConcat(HoconConcat concat)
    {
        var parts = concat.Parts.Select(Resolve).OfType<HoconNode>().ToList();
        return parts.TrueForAll(IsBlank) ? null : Join(parts, concat.Position, concat.Origin);
    }

    private HoconNode? ResolveHistory(HoconHistory history)
    {
        HoconNode? value = null;
        foreach (var assignment in history.Assignments)
        {
            var next = assignment is HoconAppend append ? ResolveAppend(append, value) : Resolve(assignment);
            value = (value, next) switch
            {
                (_, null) => value,
                (HoconMap below, HoconMap above) => above.Over(below),
                _ => next,
            };
        }

        return value;
    }

    private HoconNode? ResolveAppend(HoconAppend append, HoconNode? before)
    {
        if (Resolve(append.Item) is not { } item)
        {
            return before;
        }

        return before switch
        {
            null => new HoconList([item], append.Origin),
            HoconList list => new HoconList([.. list.Items, item], append.Origin),
            _ => throw HoconSyntaxException.Unexpected(append.Origin.Detail, $"+= after {before.Describe()}", "a list"),
        };
    }

    private HoconNode? ResolveReference(HoconReference reference)
    {
        // A reference met again on its own way can only mean the environment.
        if (_active.Count < MaxChain && _active.Add(reference.Path))
        {
            try
            {
                if (LookUp(reference.Path) is { } value)
                {
                    return value;
                }
            }
            finally
            {
                _active.Remove(reference.Path);
            }
        }

        if (environment(reference.Path) is { } text)
        {
            return new HoconScalar(text, quoted: true, new HoconOrigin(HoconOriginKind.Environment, reference.Path));
        }

        return reference.Optional
            ? null
            : throw HoconSyntaxException.Unexpected(
                reference.Position, reference.Describe(), "another path of this configuration or a variable of the environment");
    }

    private HoconNode? LookUp(string path)
    {
        HoconNode? node = root;
        foreach (var key in HoconParser.ParsePath(path, path))
        {
            node = node is HoconMap map ? map[key] : null;
            if (node is not (null or HoconMap))
            {
                // Only what lies on the way is resolved: a block may refer to its own other keys.
                node = Resolve(node);
            }
        }

        return node is HoconMap found ? ResolveMap(found) : node;
    }
}

/// <summary><c>${path}</c> or <c>${?path}</c>.</summary>
internal sealed class HoconReference(string path, bool optional, string position, HoconOrigin origin) : HoconNode(origin)
{
    internal string Path { get; } = path;

    internal bool Optional { get; } = optional;

    internal string Position { get; } = position;

    public override string Describe() => $"${{{(Optional ? "?" : "")}{Path}}}";
}

/// <summary>Adjacent values, at least one of them a reference; the blanks between them are scalars.</summary>
internal sealed class HoconConcat(IReadOnlyList<HoconNode> parts, string position, HoconOrigin origin) : HoconNode(origin)
{
    internal IReadOnlyList<HoconNode> Parts { get; } = parts;

    internal string Position { get; } = position;

    public override string Describe() => "a concatenation";
}

/// <summary>The right side of <c>+=</c>.</summary>
internal sealed class HoconAppend(HoconNode item) : HoconNode(item.Origin)
{
    internal HoconNode Item { get; } = item;

    public override string Describe() => "an addition to a list";
}

/// <summary>The assignments of one key, oldest first: a later one may be an unresolved reference (<c>${?NAME}</c>), which keeps the
/// earlier one.</summary>
internal sealed class HoconHistory(params IReadOnlyList<HoconNode> assignments) : HoconNode(assignments[^1].Origin)
{
    internal IReadOnlyList<HoconNode> Assignments { get; } = assignments;

    internal static HoconHistory Of(HoconNode? existing, HoconNode value) => new([.. Each(existing), .. Each(value)]);

    public override string Describe() => "a reference";

    private static IReadOnlyList<HoconNode> Each(HoconNode? node) => node switch
    {
        null => [],
        HoconHistory history => history.Assignments,
        _ => [node],
    };
}
