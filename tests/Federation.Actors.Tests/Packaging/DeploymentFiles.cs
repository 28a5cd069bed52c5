using Federation.Actors.Tests.Architecture;
using YamlDotNet.RepresentationModel;

namespace Federation.Actors.Tests.Packaging;

/// <summary>Files of the repository that other programs read.</summary>
internal static class DeploymentFiles
{
    public static string Path(string file) => System.IO.Path.Combine(Repository.Root, file);

    public static string Text(string file) => File.ReadAllText(Path(file));

    /// <summary>The only document of a file in YAML.</summary>
    public static YamlNode Yaml(string file)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(Path(file));
        stream.Load(reader);
        return Assert.Single(stream.Documents).RootNode;
    }

    public static YamlNode Child(this YamlNode node, string key) => ((YamlMappingNode)node).Children[key];

    public static string Scalar(this YamlNode node, string key) => ((YamlScalarNode)node.Child(key)).Value!;

    public static IReadOnlyList<YamlNode> Children(this YamlNode node) => [.. (YamlSequenceNode)node];

    /// <summary>The keys of a block.</summary>
    public static IEnumerable<string> Keys(this YamlNode node) => ((YamlMappingNode)node).Children.Keys.Select(static key => $"{key}");

    /// <summary>A list of scalars.</summary>
    public static IReadOnlyList<string> List(this YamlNode node, string key) =>
        [.. node.Child(key).Children().Select(static one => $"{one}")];
}
