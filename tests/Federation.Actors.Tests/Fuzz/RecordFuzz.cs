using System.Globalization;
using System.Text;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Fuzz;

/// <summary>Makes batch frames of records of every kind, numbered through, and the answer that each record has to get.</summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="random">Where chance comes from.</param>
/// <param name="node">The node that the records must not have passed.</param>
internal sealed class RecordFuzz(Random random, string node)
{
    private const int MostRecords = 40;

    private static readonly string[] Subjects = ["a", "a.b.c", "x\"y\\z", "é.漢", "[\"n1\"]"];
    private static readonly string[] Vias = ["[]", "[\"n1\"]", "[\"n1\",\"n2\"]", "[\"n1\",\"n2\",\"n3\",\"n4\"]"];

    private readonly DataFrameWriter _writer = new(60_000);
    private readonly OutboundBuffer _buffer = new(1024);
    private readonly OutboundSource _source = new("record-");
    private long _sequence;

    /// <summary>The id of a record, by its number on the connection.</summary>
    public static string Id(long sequence) => string.Create(CultureInfo.InvariantCulture, $"record-{sequence}");

    /// <summary>The next frame.</summary>
    public byte[] Next(Action<EnvelopeFuzz.Expected> expect)
    {
        for (var left = random.Next(1, MostRecords); left > 0; left--)
        {
            _sequence++;
            var subject = Subjects[random.Next(Subjects.Length)];
            var via = random.Next(20) == 0 ? $"[\"n1\",\"{node}\"]" : Vias[random.Next(Vias.Length)];
            var (payload, published) = Payload(subject);
            _writer.Write(
                _buffer,
                new OutboundMessage
                {
                    Source = _source,
                    Number = _sequence,
                    Subject = subject,
                    ShowsSubject = random.Next(3) > 0,
                    Via = via,
                    TraceParent = random.Next(10) == 0 ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" : null,
                    Payload = Encoding.UTF8.GetBytes(payload),
                },
                _sequence);
            var isLoop = via.Contains(node, StringComparison.Ordinal) || via.Count(static c => c == '"') / 2 > 3;
            expect(new EnvelopeFuzz.Expected(
                Id(_sequence),
                isLoop ? EnvelopeFuzz.Answer.Loop
                : payload.StartsWith(EnvelopeFuzz.Refused, StringComparison.Ordinal) ? EnvelopeFuzz.Answer.Refused
                : EnvelopeFuzz.Answer.Ack,
                published));
        }

        _writer.End(_buffer);
        var frame = _buffer[0].ToArray();
        _buffer.Release();
        return frame;
    }

    private (string Payload, string Published) Payload(string subject)
    {
        var number = _sequence.ToString(CultureInfo.InvariantCulture);
        var quoted = subject.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return random.Next(6) switch
        {
            0 => ($"{EnvelopeFuzz.Refused}{number}}}", $"{EnvelopeFuzz.Refused}{number}}}"),
            1 => ($" [{number}]\n", $"[{number}]"),
            2 => ($"text {number}", $$"""{"type":"raw_data","subject":"{{quoted}}","encoding":"utf8","data":"text {{number}}"}"""),
            3 => ("", $$"""{"type":"raw_data","subject":"{{quoted}}","encoding":"utf8","data":""}"""),
            4 => ($"\"{new string('x', random.Next(400))}\"", ""),
            _ => (number, number),
        } is var (payload, published) ? (payload, published.Length > 0 ? published : payload) : default;
    }
}
