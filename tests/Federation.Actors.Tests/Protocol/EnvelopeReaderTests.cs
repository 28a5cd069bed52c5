using System.Text;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Protocol;

public sealed class EnvelopeReaderTests
{
    [Theory]
    [InlineData("data")]
    [InlineData("request")]
    [InlineData("reply")]
    [InlineData("ack")]
    [InlineData("nack")]
    [InlineData("slow")]
    public void Each_type_is_known_by_its_name(string type)
    {
        var envelope = $$$"""{"type":"{{{type}}}","id":"a","timestamp":1704844800000,"payload":{"b":1}}""";

        Assert.Equal(new ReadEnvelope(type, "a", """{"b":1}"""), Envelopes.Read(envelope));
    }

    [Theory]
    [InlineData("Data")]
    [InlineData("dat")]
    [InlineData("datax")]
    [InlineData("unknown")]
    [InlineData(" data")]
    [InlineData("\\u0064\\u0061\\u0074\\u0061\\u0064\\u0061\\u0074\\u0061")]
    public void A_name_that_is_none_of_the_six_is_an_unknown_type(string type)
    {
        Assert.Equal("unknown", Envelopes.Read($$"""{"type":"{{type}}","payload":1}""")?.Type);
    }

    [Theory]
    [InlineData("{\"\\u0074ype\":\"d\\u0061ta\",\"i\\u0064\":\"a\",\"\\u0070ayload\":1}", "data")]
    [InlineData("{\"type\":\"\\u0072\\u0065\\u0071\\u0075\\u0065\\u0073\\u0074\",\"id\":\"a\",\"payload\":1}", "request")]
    public void Escapes_in_keys_and_types_mean_what_they_say(string json, string type)
    {
        Assert.Equal(new ReadEnvelope(type, "a", "1"), Envelopes.Read(json));
    }

    [Theory]
    [InlineData("""{"payload":[1, 2],"timestamp":5,"id":"a","type":"data"}""")]
    [InlineData("""{"id":"a","payload":[1, 2],"type":"data"}""")]
    [InlineData("""{"x":{"type":"ack","id":"no","payload":0},"type":"data","y":[{"id":"no"}],"payload":[1, 2],"id":"a","from":["n"]}""")]
    [InlineData("  {\r\n\t\"type\" : \"data\" , \"id\" : \"a\" , \"payload\" : [1, 2] }  \n")]
    public void Order_space_and_unknown_keys_do_not_matter(string json)
    {
        Assert.Equal(new ReadEnvelope("data", "a", "[1, 2]"), Envelopes.Read(json));
    }

    [Theory]
    [InlineData("""{"type":"data","payload":1}""", null, null)]
    [InlineData("""{"type":"data","payload":1,"via":[]}""", "", null)]
    [InlineData("""{"type":"data","payload":1,"via":["node-1"],"subject":"a.b"}""", "node-1", "a.b")]
    [InlineData("""{"subject":"a b>","via":[ "a_B-9" ,"b"],"type":"data","payload":1}""", "a_B-9,b", "a b>")]
    [InlineData("""{"type":"data","payload":1,"subject":null}""", null, null)]
    [InlineData("""{"type":"data","payload":1,"subject":""}""", null, null)]
    [InlineData("""{"type":"data","payload":1,"subject":"\u0061"}""", null, "\\u0061")]
    [InlineData("""{"type":"data","payload":{"via":5,"subject":6}}""", null, null, """{"via":5,"subject":6}""")]
    [InlineData("""{"type":"data","payload":1,"via":["a"],"via":["b","c"],"subject":"x","subject":"y"}""", "b,c", "y")]
    [InlineData("""{"type":"data","payload":1,"via":5,"via":["b"],"subject":{},"subject":"y"}""", "b", "y")]
    [InlineData("""{"type":"data","payload":1,"via":[["x"],"\u0061"],"via":["b"],"subject":"x","subject":null}""", "b", null)]
    public void Nodes_passed_and_subject_are_found(string json, string? via, string? subject, string payload = "1")
    {
        Assert.Equal(new ReadEnvelope("data", null, payload, via, subject), Envelopes.Read(json));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"node-1\"")]
    [InlineData("{\"0\":\"node-1\"}")]
    [InlineData("5")]
    [InlineData("[5]")]
    [InlineData("[null]")]
    [InlineData("[\"a\",[\"b\"]]")]
    [InlineData("[{\"a\":1}]")]
    [InlineData("[\"\"]")]
    [InlineData("[\"a.b\"]")]
    [InlineData("[\"a,b\"]")]
    [InlineData("[\"a b\"]")]
    [InlineData("[\"a\\u0062\"]")]
    [InlineData("[\"\u00e9\"]")]
    [InlineData("[\"a\r\nx\"]")]
    [InlineData("[\"a\",]")]
    [InlineData("[\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"]")]
    public void Nodes_passed_that_are_none_make_it_no_envelope(string via)
    {
        Assert.Null(Envelopes.Read($$"""{"type":"data","id":"a","payload":1,"via":{{via}}}"""));
        Assert.Null(Envelopes.Read($$"""{"via":{{via}},"type":"ack","id":"a"}"""));
        Assert.Null(Envelopes.Read($$"""{"type":"data","via":["ok"],"via":{{via}},"payload":1}"""));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("true")]
    [InlineData("[\"a\"]")]
    [InlineData("{\"a\":1}")]
    public void A_subject_that_is_no_text_makes_it_no_envelope(string subject) =>
        Assert.Null(Envelopes.Read($$"""{"type":"data","id":"a","subject":"ok","subject":{{subject}},"payload":1}"""));

    [Theory]
    [InlineData("""{"type":"ack","id":"b","payload":0,"type":"data","id":"a","payload":1}""", "data", "a", "1")]
    [InlineData("""{"type":"data","id":"b","id":"","payload":1}""", "data", null, "1")]
    [InlineData("""{"type":"data","id":"b","id":null,"payload":1}""", "data", null, "1")]
    [InlineData("""{"type":5,"type":"data","id":5,"id":"a"}""", "data", "a", null)]
    [InlineData("""{"type":"","type":"data","id":[{"id":"b"}],"id":"a"}""", "data", "a", null)]
    public void The_last_of_duplicate_keys_wins(string json, string type, string? id, string? payload)
    {
        Assert.Equal(new ReadEnvelope(type, id, payload), Envelopes.Read(json));
    }

    [Theory]
    [InlineData("""{"type":"data","type":""}""")]
    [InlineData("""{"type":"data","type":{}}""")]
    [InlineData("""{"type":"data","id":"a","id":5}""")]
    public void The_last_of_duplicate_keys_wins_when_it_is_a_wrong_one_too(string json)
    {
        Assert.Null(Envelopes.Read(json));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"timestamp\":null")]
    [InlineData(",\"timestamp\":\"2024-01-01\"")]
    [InlineData(",\"timestamp\":1e999")]
    [InlineData(",\"timestamp\":{\"a\":[]}")]
    public void A_timestamp_may_be_absent_or_of_any_type(string timestamp)
    {
        Assert.Equal(new ReadEnvelope("data", "a", "1"), Envelopes.Read($$"""{"type":"data","id":"a"{{timestamp}},"payload":1}"""));
    }

    [Theory]
    [InlineData("""{"type":"data","id":"a"}""", "a", null)]
    [InlineData("""{"type":"data","payload":{}}""", null, "{}")]
    [InlineData("""{"type":"data","id":"","payload":{}}""", null, "{}")]
    [InlineData("""{"type":"data","id":null,"payload":null}""", null, "null")]
    [InlineData("""{"type":"data","id":"a","payload":""}""", "a", "\"\"")]
    public void What_is_missing_is_told_from_what_is_empty(string json, string? id, string? payload)
    {
        Assert.Equal(new ReadEnvelope("data", id, payload), Envelopes.Read(json));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"type\"")]
    [InlineData("{}")]
    [InlineData("{\"id\":\"a\"}")]
    [InlineData("{\"type\":\"\"}")]
    [InlineData("{\"type\":null}")]
    [InlineData("{\"type\":[\"data\"]}")]
    [InlineData("{\"Type\":\"data\"}")]
    [InlineData("{\"type\":\"data\",\"id\":5}")]
    [InlineData("{\"type\":\"data\",\"id\":{\"a\":\"b\"}}")]
    [InlineData("{\"type\":\"data\"")]
    [InlineData("{\"type\":\"data\",}")]
    [InlineData("{\"type\":\"data\"}}")]
    [InlineData("{\"type\":\"data\"}x")]
    [InlineData("{\"type\":\"data\"}{\"type\":\"data\"}")]
    [InlineData("{\"type\":\"data\"}\0")]
    [InlineData("\ufeff{\"type\":\"data\"}")]
    [InlineData("{\"type\":\"data\",\"payload\":}")]
    [InlineData("{\"type\":\"data\",\"payload\":01}")]
    [InlineData("{\"type\":\"data\",\"payload\":NaN}")]
    [InlineData("{\"type\":\"data\",\"payload\":\"\n\"}")]
    [InlineData("{\"type\":\"data\",\"payload\":\"\\x\"}")]
    [InlineData("{\"type\":\"data\"/* no */}")]
    [InlineData("{'type':'data'}")]
    [InlineData("{\"type\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1,\"type\":\"data\"}")]
    public void What_is_not_an_envelope_is_refused(string json)
    {
        Assert.Null(Envelopes.Read(json));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Nesting_may_be_64_deep_and_no_deeper(string open, string close)
    {
        // The envelope's own object is the first level.
        Assert.NotNull(Envelopes.Read(Nest("payload", 63)));
        Assert.NotNull(Envelopes.Read(Nest("other", 63)));
        Assert.Null(Envelopes.Read(Nest("payload", 64)));
        Assert.Null(Envelopes.Read(Nest("other", 64)));

        string Nest(string key, int levels) =>
            $$"""{"type":"data","{{key}}":{{string.Concat(Enumerable.Repeat(open, levels))}}1"""
                + $$"""{{string.Concat(Enumerable.Repeat(close, levels))}}}""";
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public void Invalid_UTF8_is_refused_wherever_it_stands(byte[] invalid)
    {
        foreach (var (before, after) in new[]
        {
            ("{\"type\":\"data\",\"payload\":\"", "\"}"),
            ("{\"type\":\"data\",\"id\":\"", "\"}"),
            ("{\"type\":\"data\",\"", "\":1}"),
            ("{\"type\":\"data", "\"}"),
            ("{\"type\":\"data\"}", ""),
        })
        {
            Assert.Null(Envelopes.Read([.. Encoding.UTF8.GetBytes(before), .. invalid, .. Encoding.UTF8.GetBytes(after)]));
        }
    }

    [Fact]
    public void Offsets_count_from_the_start_of_the_slab()
    {
        var json = """{"type":"data","id":"abc","payload":{"d":1}}"""u8;
        Assert.True(EnvelopeReader.TryRead(json, 0, out var first));

        Assert.True(EnvelopeReader.TryRead(json, 1000, out var later));

        Assert.Equal(json.IndexOf("abc"u8), first.IdOffset);
        Assert.Equal(json.IndexOf("{\"d\""u8), first.PayloadOffset);
        Assert.Equal((first.IdOffset + 1000, first.PayloadOffset + 1000), (later.IdOffset, later.PayloadOffset));
        Assert.Equal((first.IdLength, first.PayloadLength, first.Length), (later.IdLength, later.PayloadLength, later.Length));
    }
}
