using Akka.Configuration;
using Akka.Configuration.Hocon;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

internal sealed class HoconConversion(Func<string, string?> environment)
{
    private const int MaxDepth = 64;

    /// <summary>The block under a key, with all fallbacks.</summary>
    /// <exception cref="HoconSyntaxException">References are circular.</exception>
    internal HoconMap Convert(Config config, string key)
    {
        var root = new HoconMap(HoconOrigin.Embedder);
        if (config.Root?.Values.OfType<HoconObject>().FirstOrDefault()?.GetKey(key) is { } value)
        {
            root[key] = Convert(value, depth: 0);
        }

        return config.Fallback is { } fallback ? root.Over(Convert(fallback, key)) : root;
    }

    private HoconNode? Convert(HoconValue value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw HoconSyntaxException.Unexpected(
                Setting.Root, "circular references, or brackets nested too deeply", $"at most {MaxDepth} levels");
        }

        var parts = value.Values.Select(element => Convert(element, depth + 1)).OfType<HoconNode>().ToList();
        return parts.Count switch
        {
            0 => null,
            1 => parts[0],
            _ => Trim(HoconResolver.Join(parts, Setting.Root, HoconOrigin.Embedder)),
        };
    }

    private HoconNode? Convert(IHoconElement element, int depth)
    {
        switch (element)
        {
            case HoconObject block:
                var map = new HoconMap(HoconOrigin.Embedder);
                foreach (var (key, value) in block.Items)
                {
                    map[key] = Convert(value, depth);
                }

                return map;
            case HoconArray list:
                return new HoconList([.. list.Select(item => Convert(item, depth)).OfType<HoconNode>()], HoconOrigin.Embedder);
            case HoconSubstitution reference:
                return reference.ResolvedValue is null ? null : FromReference(reference, depth);
            case HoconValue value:
                return Convert(value, depth);
            case HoconLiteral literal:
                return literal.Value is null ? null : new HoconScalar(literal.Value, quoted: false, HoconOrigin.Embedder);
            default:
                return null;
        }
    }

    private HoconNode? FromReference(HoconSubstitution reference, int depth)
    {
        // Akka does not say whether it took a value from the environment; the same text under the same name is good evidence.
        var value = Convert(reference.ResolvedValue, depth);
        return value is HoconScalar scalar && string.Equals(environment(reference.Path), scalar.Text, StringComparison.Ordinal)
            ? new HoconScalar(scalar.Text, quoted: true, new HoconOrigin(HoconOriginKind.Environment, reference.Path))
            : value;
    }

    private static HoconNode Trim(HoconNode node) =>
        node is HoconScalar scalar ? new HoconScalar(scalar.Text.Trim(), scalar.Quoted, scalar.Origin) : node;
}
