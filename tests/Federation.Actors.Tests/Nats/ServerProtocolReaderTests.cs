using System.Text;
using Federation.Actors.Nats;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Nats;

public sealed class ServerProtocolReaderTests
{
    [Fact]
    public void Errors_and_pongs_come_in_the_order_of_the_bytes()
    {
        var facts = Read("PONG\r\n-ERR 'one'\r\n-ERR 'two'\r\nPONG\r\nPING\r\n+OK\r\nPONG\r\n-ERR 'three'\r\n");

        Assert.Equal(["pong 1", "1: one", "1: two", "pong 2", "pong 3", "3: three"], facts);
    }

    [Fact]
    public void What_a_payload_holds_is_not_read()
    {
        const string Payload = "x\r\n-ERR 'no'\r\nPONG\r\n";

        var facts = Read(
            $"MSG a 1 {Payload.Length}\r\n{Payload}\r\nMSG a 1 reply.to 0\r\n\r\n"
            + $"HMSG a 1 reply.to 12 {12 + Payload.Length}\r\nNATS/1.0\r\n\r\n{Payload}\r\nHMSG a 1 12 12\r\nNATS/1.0\r\n\r\n\r\n-ERR "
                + "'yes'\r\n");

        Assert.Equal(["0: yes"], facts);
    }

    [Theory]
    [InlineData("-ERR 'Permissions Violation for Publish to \"it's\"'\r\n", "0: Permissions Violation for Publish to \"it's\"")]
    [InlineData("-ERR Stale Connection\r\n", "0: Stale Connection")]
    [InlineData("-ERR ''\r\n", "0: ")]
    [InlineData("-ERR 'é'\n", "0: é")]
    public void An_error_is_what_stands_between_its_outer_quotes(string line, string fact) => Assert.Equal([fact], Read(line));

    [Theory]
    [InlineData("MSG a 1 x\r\n")]
    [InlineData("MSG a 1 -1\r\n")]
    [InlineData("MSG a 1 99999999999\r\n")]
    [InlineData("HMSG a 1 12 12a\r\n")]
    public void Behind_a_broken_length_nothing_is_read(string line) => Assert.Empty(Read(line + "-ERR 'no'\r\n"));

    [Property(MaxTest = 500)]
    public Property Any_cut_of_the_bytes_gives_the_same_facts() => Prop.ForAll(Streams.ToArbitrary(), stream =>
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(stream.Parts.Select(static part => part.Text)));

        Assert.Equal(Expected(stream.Parts), Read(bytes, stream.Cuts));
    });

    [Fact]
    public void Nothing_is_allocated_while_nothing_is_wrong()
    {
        var bytes = Encoding.UTF8.GetBytes("MSG _INBOX.a.1.23 1 35\r\n" + new string('x', 35) + "\r\nPONG\r\n");
        var reader = new ServerProtocolReader(static _ => { }, static _ => { });
        reader.Read(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            reader.Read(bytes);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static Gen<(string Text, string? Error, bool IsPong)> Part { get; } = Gen.OneOf(
        Gen.Constant(("PONG\r\n", (string?)null, true)),
        Gen.Elements("PING\r\n", "+OK\r\n", "INFO {\"max_payload\":1,\"connect_urls\":[\"-ERR\"]}\r\n").Select(
            static text => (text, (string?)null, false)),
        Gen.Elements("Slow Consumer", "Permissions Violation for Publish to \"a'b\"", "", "PONG").Select(
            static text => ($"-ERR '{text}'\r\n", (string?)text, false)),
        Gen.Elements("", "x", "PONG\r\n-ERR 'a'\r\n", new string('y', 300)).Select(
            static text => ($"MSG a.b 1 {text.Length}\r\n{text}\r\n", (string?)null, false)),
        Gen.Elements("", "\r\n", "PONG\r\n").Select(
            static text => ($"HMSG a.b 1 r 12 {12 + text.Length}\r\nNATS/1.0\r\n\r\n{text}\r\n", (string?)null, false)));

    private static Gen<(List<(string Text, string? Error, bool IsPong)> Parts, int[] Cuts)> Streams { get; } =
        from parts in Part.ListOf()
        from cuts in Gen.Choose(1, 40).ArrayOf(64)
        select (parts.ToList(), cuts);

    private static List<string> Expected(List<(string Text, string? Error, bool IsPong)> parts)
    {
        var pongs = 0;
        List<string> facts = [];
        foreach (var (_, error, isPong) in parts)
        {
            if (isPong)
            {
                facts.Add($"pong {++pongs}");
            }
            else if (error is not null)
            {
                facts.Add($"{pongs}: {error}");
            }
        }

        return facts;
    }

    private static List<string> Read(string text) => Read(Encoding.UTF8.GetBytes(text), [int.MaxValue]);

    private static List<string> Read(byte[] bytes, int[] cuts)
    {
        List<string> facts = [];
        ServerProtocolReader? reader = null;
        reader = new ServerProtocolReader(error => facts.Add($"{reader!.Pongs}: {error}"), number => facts.Add($"pong {number}"));
        var rest = bytes.AsSpan();
        for (var i = 0; rest.Length > 0; i++)
        {
            var count = Math.Min(cuts[i % cuts.Length], rest.Length);
            reader.Read(rest[..count]);
            rest = rest[count..];
        }

        return facts;
    }
}
