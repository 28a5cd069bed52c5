using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Federation.Actors.Host.Converting;

internal static class YamlSource
{
    /// <summary>Values in one file, each counted where it is used: an alias repeats its anchor's values.</summary>
    private const int MaxNodes = 100_000;

    /// <exception cref="InvalidDataException">It is not YAML.</exception>
    public static IReadOnlyList<DocumentNode> Read(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            // Where a text ends too soon, the library names a line behind its last.
            var lines = text.AsSpan().TrimEnd().Count('\n') + 1;
            var problem = e.GetBaseException().Message.TrimEnd('.');
            throw new InvalidDataException($"line {Math.Min(e.Start.Line, lines)}: {problem}; expected YAML", e);
        }

        var count = 0;
        return [.. stream.Documents.Select(document => Read(document.RootNode, 0, ref count))];
    }

    private static DocumentNode Read(YamlNode node, int depth, ref int count)
    {
        var line = node.Start.Line;
        if (depth > DocumentNode.MaxDepth || ++count > MaxNodes)
        {
            throw new InvalidDataException(
                $"line {line}: found more than {MaxNodes} values, or more than {DocumentNode.MaxDepth} nested levels; "
                + "expected a component document");
        }

        switch (node)
        {
            case YamlMappingNode map:
                var entries = new List<(string, long, DocumentNode)>();
                foreach (var (key, value) in map.Children)
                {
                    var name = (key as YamlScalarNode)?.Value
                        ?? throw new InvalidDataException($"line {key.Start.Line}: found a key that is not text; expected a name");
                    entries.Add((name, key.Start.Line, Read(value, depth + 1, ref count)));
                }

                return new DocumentNode { Line = line, Entries = entries };
            case YamlSequenceNode list:
                var items = new List<DocumentNode>();
                foreach (var item in list.Children)
                {
                    items.Add(Read(item, depth + 1, ref count));
                }

                return new DocumentNode { Line = line, Items = items };
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" }:
                return new DocumentNode { Line = line };
            default:
                return new DocumentNode { Line = line, Text = (node as YamlScalarNode)?.Value ?? "" };
        }
    }
}
