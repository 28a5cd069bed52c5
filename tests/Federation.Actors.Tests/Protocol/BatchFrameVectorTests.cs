using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Tests.Architecture;

namespace Federation.Actors.Tests.Protocol;

/// <summary>The reader and the writer against the vectors of the page that defines the frames.</summary>
public sealed partial class BatchFrameVectorTests
{
    private static readonly string Page = File.ReadAllText(
        Path.Combine(Repository.Root, "src", "Federation.Actors", "Protocol", "README.md"));

    public static IReadOnlyList<object[]> DataFrames =>
        [.. Blocks("data").Select(static block => (object[])[block.Frame, block.Lines, block.IsWritten])];

    public static IReadOnlyList<object[]> AnswerFrames =>
        [.. Blocks("answer").Select(static block => (object[])[block.Frame, block.Lines])];

    public static IReadOnlyList<object[]> Faults =>
        [.. FaultRow().Matches(Page).Select(
            static row => (object[])[row.Groups["frame"].Value.Replace(" ", "", StringComparison.Ordinal), row.Groups["fault"].Value])];

    [Fact]
    public void The_page_has_vectors_of_every_kind()
    {
        Assert.InRange(DataFrames.Count, 5, 20);
        Assert.NotEmpty(AnswerFrames);
        Assert.InRange(Faults.Count, 15, 50);
    }

    [Theory]
    [MemberData(nameof(DataFrames))]
    public void A_data_frame_is_read_as_the_envelopes_on_the_page(string hex, string[] envelopes, bool isWritten)
    {
        Assert.Null(BatchFrames.Read(new DataFrameReader(LoopGuard.None), Convert.FromHexString(hex), out var read));
        Assert.Equal(envelopes, read);
        if (isWritten)
        {
            var isAnswered = envelopes[0].Contains("\"id\"", StringComparison.Ordinal);
            Assert.Equal(hex, Convert.ToHexStringLower(Assert.Single(BatchFrames.Write(envelopes.Select(Message), isAnswered))));
        }
    }

    [Theory]
    [MemberData(nameof(AnswerFrames))]
    public void An_answer_frame_is_read_and_written_as_on_the_page(string hex, string[] answers)
    {
        List<AnswerRange> ranges = [];
        Assert.Null(AnswerFrame.Read(Convert.FromHexString(hex), ranges));
        Assert.Equal(answers, ranges.Select(static range =>
            $"{range.First} {range.Count} {(range.Reason is null ? "ack" : $"nack {range.Reason} {range.Error}")}"));

        var buffer = new OutboundBuffer(16);
        AnswerFrame.Begin(buffer);
        ranges.ForEach(range => AnswerFrame.Write(buffer, range));
        buffer.EndMessage(isBinary: true);
        Assert.Equal(hex, Convert.ToHexStringLower(buffer[0].Span));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_frame_with_a_fault_is_refused(string hex, string fault)
    {
        var frame = Convert.FromHexString(hex);
        var found = frame[0] == BatchFrame.Answers
            ? AnswerFrame.Read(frame, [])
            : BatchFrames.Read(new DataFrameReader(LoopGuard.None), frame, out _);
        Assert.True(found is not null, fault);
    }

    /// <summary>The message of an envelope; a wrapped payload is unwrapped.</summary>
    private static OutboundMessage Message(string envelope)
    {
        using var document = JsonDocument.Parse(envelope);
        var root = document.RootElement;
        var id = root.TryGetProperty("id", out var value) ? value.GetString()! : "x-1";
        var dash = id.LastIndexOf('-') + 1;
        var payload = Encoding.UTF8.GetBytes(root.GetProperty("payload").GetRawText());
        var raw = RawPayload.Decode(payload);
        var shows = root.TryGetProperty("subject", out var subject);
        return new OutboundMessage
        {
            Source = new OutboundSource(id[..dash]),
            Number = long.Parse(id.AsSpan(dash), CultureInfo.InvariantCulture),
            Subject = (shows ? subject : root.GetProperty("payload").GetProperty("subject")).GetString()!,
            ShowsSubject = shows,
            Via = root.GetProperty("via").GetRawText(),
            TraceParent = root.TryGetProperty("traceparent", out var trace) ? trace.GetString() : null,
            Payload = raw ?? payload,
        };
    }

    private static IEnumerable<(string Frame, string[] Lines, bool IsWritten)> Blocks(string line) => Block().Matches(Page)
        .Where(block => block.Groups["line"].Value.Equals(line, StringComparison.Ordinal))
        .Select(static block => (
            Blank().Replace(block.Groups["hex"].Value, ""),
            block.Groups["text"].Captures.Select(static text => text.Value).ToArray(),
            block.Groups["verb"].Value is "frame"));

    [GeneratedRegex(@"```text\n(?<verb>frame|reads) (?<hex>[0-9a-f\s]+)((?<line>data|answer) +(?<text>.*)\n)+```",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\| `(?<frame>([0-9a-f]{2} ?)+)` \| (?<fault>.*) \|$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FaultRow();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blank();
}
