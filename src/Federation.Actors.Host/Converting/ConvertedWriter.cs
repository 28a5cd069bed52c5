using System.Text;
using Federation.Actors.Configuration;
using Federation.Hocon;

namespace Federation.Actors.Host.Converting;

/// <summary>Writes values of a document as HOCON, and refused ones as comments.</summary>
internal sealed class ConvertedWriter(IReadOnlyDictionary<string, string> refused)
{
    private static readonly Dictionary<string, Type> Types = Setting.All(typeof(ComponentSettings))
        .ToDictionary(static pair => pair.Path, static pair => pair.Setting.Property.PropertyType, StringComparer.Ordinal);

    private readonly StringBuilder _text = new();
    private readonly SortedDictionary<(long Line, int Order), string> _warnings = [];
    private int _indent;

    public HashSet<string> Paths { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Warnings => [.. _warnings.Values];

    public override string ToString() => _text.ToString();

    public void Open(string key) => Line($"{key} {{", 1);

    public void Close()
    {
        _indent--;
        Line("}");
    }

    public void Comment(string text) => Line($"# {text}");

    public void Line(string text, int deeper = 0)
    {
        _text.Append(' ', _indent * 2).Append(text).Append('\n');
        _indent += deeper;
    }

    public void Warn(long line, string text)
    {
        Comment($"line {line}: {text}");
        _warnings.Add((line, _warnings.Count), $"line {line}: {text}");
    }

    public void Entries(DocumentNode block, string path, string schema)
    {
        foreach (var (key, line, value) in block.Entries!)
        {
            Entry(key, line, value, HoconWriter.Join(path, key), schema.Length == 0 ? key : $"{schema}.{key}");
        }
    }

    private void Entry(string key, long line, DocumentNode value, string path, string schema)
    {
        Paths.Add(path);
        var name = HoconWriter.Path(key);
        if (value.IsNull)
        {
            return;
        }

        if (refused.TryGetValue(path, out var problem))
        {
            Warn(line, $"{Terminal.Tame(schema)}: {problem}; not converted");
        }
        else if (value.Entries is not null)
        {
            Open(name);
            Entries(value, path, schema);
            Close();
        }
        else if (value.Items is { } items)
        {
            List(name, items, path, schema);
        }
        else
        {
            Line($"{name} = {Scalar(key, line, value.Text!, schema)}");
        }
    }

    private void List(string name, IReadOnlyList<DocumentNode> items, string path, string schema)
    {
        if (items.Count == 0)
        {
            Line($"{name} = []");
            return;
        }

        Line($"{name} = [", 1);
        for (var i = 0; i < items.Count; i++)
        {
            var (item, at) = (items[i], $"{path}[{i}]");
            Paths.Add(at);
            if (refused.TryGetValue(at, out var problem))
            {
                Warn(item.Line, $"{schema}[{i}]: {problem}; not converted");
            }
            else if (item.Entries is not null)
            {
                Line("{", 1);
                Entries(item, at, schema);
                Close();
            }
            else if (item.Text is { } text)
            {
                Line(Quoted(text));
            }
            else if (!item.IsNull)
            {
                Warn(item.Line, $"{schema}[{i}]: found {item.Kind}, expected a block or a value; not converted");
            }
        }

        _indent--;
        Line("]");
    }

    private string Scalar(string key, long line, string text, string schema)
    {
        var type = Types.GetValueOrDefault(schema.Replace('-', '_'));
        if (type == typeof(TimeSpan) && GoDuration.Convert(text) is { } duration)
        {
            if (long.TryParse(text, out _))
            {
                Warn(line, $"{key}: found the number {text}, which is interpreted as nanoseconds: {duration}");
            }

            return duration;
        }

        // YAML spells them in several cases.
        return Quoted(type == typeof(bool) ? text.ToLowerInvariant() : text);
    }

    private static string Quoted(string text) =>
        text.Split('.').All(static part => part.Length > 0 && part.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            ? text
            : HoconWriter.Quote(text);
}
