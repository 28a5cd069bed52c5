using System.Text;
using System.Text.Json;

namespace Federation.Actors.Host.Converting;

internal static class JsonSource
{
    /// <exception cref="InvalidDataException">It is not JSON.</exception>
    public static DocumentNode Read(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions
        {
            MaxDepth = DocumentNode.MaxDepth, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true,
        });
        try
        {
            reader.Read();
            var node = Read(ref reader, new LineCount(bytes));
            reader.Read();
            return node;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            var json = e as JsonException;
            var problem = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            throw new InvalidDataException($"line {(json?.LineNumber ?? 0) + 1}: {problem}; expected JSON", e);
        }
    }

    private static DocumentNode Read(ref Utf8JsonReader reader, LineCount lines)
    {
        var line = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var entries = new List<(string, long, DocumentNode)>();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var (key, at) = (reader.GetString()!, lines.At(reader.TokenStartIndex));
                    reader.Read();
                    entries.Add((key, at, Read(ref reader, lines)));
                }

                return new DocumentNode { Line = line, Entries = entries };
            case JsonTokenType.StartArray:
                var items = new List<DocumentNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader, lines));
                }

                return new DocumentNode { Line = line, Items = items };
            case JsonTokenType.Null:
                return new DocumentNode { Line = line };
            case JsonTokenType.String:
                return new DocumentNode { Line = line, Text = reader.GetString()! };
            default:
                return new DocumentNode { Line = line, Text = Encoding.UTF8.GetString(reader.ValueSpan) };
        }
    }

    private sealed class LineCount(byte[] text)
    {
        private int _seen;
        private long _line = 1;

        public long At(long position)
        {
            _line += text.AsSpan(_seen, (int)position - _seen).Count((byte)'\n');
            _seen = (int)position;
            return _line;
        }
    }
}
