using Federation.Actors.Configuration;
using Federation.Actors.Protocol;
using Federation.Hocon;

namespace Federation.Actors.Host.Converting;

/// <summary>Makes a node's configuration of component documents: <c>type</c>, <c>name</c> and <c>config</c>, or a <c>config</c>
/// alone.</summary>
internal static class Conversion
{
    private const string DefaultName = "websocket_input";
    private const string Expected = "a component document: type, name, config";
    private static readonly string[] Keys = ["type", "name", "config"];

    /// <summary>Values that a node would refuse become comments and warnings.</summary>
    /// <exception cref="InvalidDataException">They are not component documents.</exception>
    public static ConvertedText Convert(IReadOnlyList<DocumentNode> documents, string file)
    {
        // Each round leaves out what the one before it was refused; a value left out cannot make another one wrong for ever.
        const int MostRounds = 8;
        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var round = 1; ; round++)
        {
            var writer = new ConvertedWriter(refused);
            Write(writer, documents, file);
            var faults = FederationConfiguration.Parse(writer.ToString(), file, environment: static _ => null).Faults;
            var before = refused.Count;
            foreach (var (path, problem) in faults)
            {
                if (writer.Paths.Contains(path) && !problem.StartsWith("missing", StringComparison.Ordinal))
                {
                    refused.TryAdd(path, problem);
                }
            }

            if (refused.Count == before || round == MostRounds)
            {
                return new ConvertedText(writer.ToString(), writer.Warnings, faults);
            }
        }
    }

    private static void Write(ConvertedWriter writer, IReadOnlyList<DocumentNode> documents, string file)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        writer.Comment($"Converted from {Terminal.Tame(Path.GetFileName(file))}. Every setting and its default: hocon/reference.conf.");
        writer.Open(Setting.Root);
        writer.Open(Setting.Components);
        foreach (var document in documents.Where(static document => !document.IsNull))
        {
            Component(writer, document, names);
        }

        if (names.Count == 0)
        {
            throw new InvalidDataException($"found nothing, expected {Expected}");
        }

        writer.Close();
        writer.Close();
    }

    private static void Component(ConvertedWriter writer, DocumentNode document, HashSet<string> names)
    {
        if (document.Entries is not { } entries)
        {
            throw new InvalidDataException($"line {document.Line}: found {document.Kind}, expected {Expected}");
        }

        var isWhole = entries.Any(static entry => entry.Key is "config");
        if (isWhole && document["type"] is { IsNull: false } type && type.Text is not "input")
        {
            throw new InvalidDataException(
                $"line {type.Line}: type: found {(type.Text is null ? type.Kind : HoconWriter.Quote(type.Text))}, expected input; "
                + "write an output by hand, as a component with ports.inputs");
        }

        var given = isWhole ? document["name"]?.Text ?? "" : "";
        var name = given.Length == 0 ? DefaultName : NodeName.FromHost(given);
        if (!names.Add(name))
        {
            throw new InvalidDataException($"line {document.Line}: found a second component named {name}, expected unique names");
        }

        if (!string.Equals(name, given, StringComparison.Ordinal))
        {
            var found = given.Length == 0 ? "found no name" : $"name: found {HoconWriter.Quote(given)}, expected 1 to 64 of A-Za-z0-9_-";
            writer.Warn(document["name"]?.Line ?? document.Line, $"{found}; the component is named {name}");
        }

        foreach (var (key, line, _) in isWhole ? entries : [])
        {
            if (!Keys.Contains(key, StringComparer.Ordinal))
            {
                var nearest = Spelling.Nearest(key, Keys);
                writer.Warn(line, $"{HoconWriter.Path(key)}: found an unknown key, expected {nearest}; not converted");
            }
        }

        var config = isWhole ? document["config"]! : document;
        writer.Open(name);
        if (config.Entries is not null)
        {
            writer.Entries(config, EffectiveConfiguration.ComponentPath(name), "");
        }

        if (config["ports"] is null)
        {
            writer.Warn(config.Line, "found no ports; added the documented default");
            writer.Line("""ports.outputs = [ { name = ws_data, subject = "federated.data", type = nats } ]""");
        }

        writer.Close();
    }
}

internal sealed record ConvertedText(string Text, IReadOnlyList<string> Warnings, IReadOnlyList<SettingsFault> Faults);
