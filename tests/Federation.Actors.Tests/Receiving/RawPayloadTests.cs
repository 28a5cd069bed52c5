using System.Text;
using System.Text.Json;
using Federation.Actors.Receiving;
using Federation.Actors.Tests.Protocol;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Receiving;

public sealed class RawPayloadTests
{
    [Theory]
    [InlineData("""{"type":"raw_data","data":"hello"}""", "hello")]
    [InlineData("""{"type":"raw_data","data":"hello","subject":"a.b","timestamp":1704844800000}""", "hello")]
    [InlineData("""{"data":"a\"\u00e9\n\ud83d\ude00\u003c","encoding":"utf8","type":"raw_data"}""", "a\"é\n😀<")]
    [InlineData("""{"type":"raw_data","data":""}""", "")]
    [InlineData("""{"type":"raw_data","encoding":"base64","data":""}""", "")]
    [InlineData("""{"type":"raw_data","encoding":"base64","data":"aGVsbG8="}""", "hello")]
    [InlineData("""{"type":"raw_data","encoding":"base64","data":"Pz8\/"}""", "???")]
    [InlineData("""{ "type" : "raw_data" , "x" : { "type" : "no", "data" : [1] } , "data" : "hello" }""", "hello")]
    [InlineData("""{"type":"no","type":"raw_data","data":5,"data":"a","data":"hello"}""", "hello")]
    [InlineData("""{"encoding":"none","encoding":"utf8","type":"raw_data","data":"hello"}""", "hello")]
    [InlineData("{\"\\u0074ype\":\"raw\\u005fdata\",\"data\":\"hello\"}", "hello")]
    public void What_is_wrapped_comes_out(string payload, string bytes) =>
        Assert.Equal(bytes, Text(RawPayload.Decode(Encoding.UTF8.GetBytes(payload))));

    [Theory]
    [InlineData("""{"type":"raw","data":"hello"}""")]
    [InlineData("""{"type":["raw_data"],"data":"hello"}""")]
    [InlineData("""{"data":"hello"}""")]
    [InlineData("""{"type":"raw_data"}""")]
    [InlineData("""{"type":"raw_data","data":5}""")]
    [InlineData("""{"type":"raw_data","data":null}""")]
    [InlineData("""{"type":"raw_data","data":["hello"]}""")]
    [InlineData("""{"type":"raw_data","data":"a","data":{}}""")]
    [InlineData("""{"type":"raw_data","encoding":"hex","data":"00"}""")]
    [InlineData("""{"type":"raw_data","encoding":"BASE64","data":"AAAA"}""")]
    [InlineData("""{"type":"raw_data","encoding":null,"data":"hello"}""")]
    [InlineData("""{"type":"raw_data","encoding":{"base64":1},"data":"AAAA"}""")]
    [InlineData("""{"type":"raw_data","encoding":"base64","data":"hello"}""")]
    [InlineData("""{"type":"raw_data","encoding":"base64","data":"####"}""")]
    [InlineData("""{"type":"raw_data","encoding":"base64","data":"aGVs bG8="}""")]
    [InlineData("""{"type":"raw_data","encoding":"base64","data":"aGVs\nbG8="}""")]
    [InlineData("{\"type\":\"raw_data\",\"data\":\"\\ud800\"}")]
    [InlineData("{\"type\":\"raw_data\",\"data\":\"a\"")]
    [InlineData("""["raw_data"]""")]
    [InlineData("\"raw_data\"")]
    [InlineData("5")]
    [InlineData("")]
    public void What_is_not_wrapped_or_badly_is_left_alone(string payload) =>
        Assert.Null(RawPayload.Decode(Encoding.UTF8.GetBytes(payload)));

    [Property]
    public bool Any_bytes_come_back_from_base64(byte[] bytes) => RawPayload.Decode(Encode(bytes)).AsSpan().SequenceEqual(bytes);

    [Property]
    public Property Any_text_comes_back_from_utf8() => Prop.ForAll(JsonTexts.Inner.ToArbitrary(), inner =>
    {
        var json = $"\"{inner}\"";
        Assert.Equal(JsonSerializer.Deserialize<string>(json),
            Text(RawPayload.Decode(Encoding.UTF8.GetBytes($$"""{"data":{{json}},"type":"raw_data"}"""))));
    });

    [Property(MaxTest = 1000)]
    public void No_bytes_make_it_throw(byte[] bytes) =>
        RawPayload.Decode([.. "{\"type\":\"raw_data\",\"data\":\""u8, .. bytes, .. "\"}"u8]);

    private static byte[] Encode(byte[] bytes) => JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object>(StringComparer.Ordinal)
            { ["encoding"] = "base64", ["data"] = Convert.ToBase64String(bytes), ["type"] = "raw_data" });

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
