using System.Text;
using System.Text.Json;
using Federation.Actors.Protocol;
using Federation.Actors.Requests;

namespace Federation.Actors.Tests.Requests;

public sealed class ControlPayloadTests
{
    private const string NoName = "; expected a name of 1 to 128 characters without spaces";
    private const string NoObject = "; expected an object with a method";

    [Theory]
    [InlineData("""{"method":"status"}""", "status", "{}")]
    [InlineData("""{"method":"status","params":{}}""", "status", "{}")]
    [InlineData(""" { "params" : [ 1 , "a" ] , "method" : "a.b/c-d" } """, "a.b/c-d", """[ 1 , "a" ]""")]
    [InlineData("""{"method":"m","params":null}""", "m", "null")]
    [InlineData("""{"method":"m","params":"x"}""", "m", "\"x\"")]
    [InlineData("""{"method":"m","params":-1.5e3}""", "m", "-1.5e3")]
    [InlineData("""{"\u006dethod":"\u006d","p\u0061rams":true}""", "m", "true")]
    [InlineData("""{"method":"m","other":{"method":"x","params":1}}""", "m", "{}")]
    [InlineData("""{"Method":"x","method":"m"}""", "m", "{}")]
    [InlineData("""{"method":"über"}""", "über", "{}")]
    [InlineData("""{"method":"a","params":1,"method":"b","params":2}""", "b", "2")]
    [InlineData("""{"method":1,"method":"b"}""", "b", "{}")]
    public void A_request_is_a_method_and_its_parameters(string payload, string method, string parameters)
    {
        Assert.True(ControlPayload.TryRead(Encoding.UTF8.GetBytes(payload), out var request, out var error), error);

        Assert.Equal((method, parameters, ""), (request!.Method, Encoding.UTF8.GetString(request.Parameters.Span), error));
    }

    [Theory]
    [InlineData("", "there is no payload" + NoObject)]
    [InlineData(" ", "the payload is not JSON" + NoObject)]
    [InlineData("{", "the payload is not JSON" + NoObject)]
    [InlineData("""{"method":"m"} x""", "the payload is not JSON" + NoObject)]
    [InlineData("""{"method":"m",}""", "the payload is not JSON" + NoObject)]
    [InlineData("""{"method":"m","params":{]}""", "the payload is not JSON" + NoObject)]
    [InlineData("[]", "the payload is an array" + NoObject)]
    [InlineData("null", "the payload is null" + NoObject)]
    [InlineData("5", "the payload is a number" + NoObject)]
    [InlineData("true", "the payload is true or false" + NoObject)]
    [InlineData("\"status\"", "the payload is a text" + NoObject)]
    [InlineData("{}", "the method is missing" + NoName)]
    [InlineData("""{"Method":"m"}""", "the method is missing" + NoName)]
    [InlineData("""{"method":null}""", "the method is null" + NoName)]
    [InlineData("""{"method":5}""", "the method is a number" + NoName)]
    [InlineData("""{"method":false}""", "the method is true or false" + NoName)]
    [InlineData("""{"method":{"a":1}}""", "the method is an object" + NoName)]
    [InlineData("""{"method":["a"]}""", "the method is an array" + NoName)]
    [InlineData("""{"method":""}""", "the method is empty" + NoName)]
    [InlineData("""{"method":"a b"}""", "the method contains a space or another invalid character" + NoName)]
    [InlineData("""{"method":"a\n"}""", "the method contains a space or another invalid character" + NoName)]
    [InlineData("""{"method":"a\u0000"}""", "the method contains a space or another invalid character" + NoName)]
    [InlineData("""{"method":"b","method":1}""", "the method is a number" + NoName)]
    public void What_is_no_request_is_told_what_was_found_and_expected(string payload, string expected)
    {
        Assert.False(ControlPayload.TryRead(Encoding.UTF8.GetBytes(payload), out var request, out var error));

        Assert.Null(request);
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData(128, "")]
    [InlineData(129, "the method has 129 characters" + NoName)]
    public void A_method_is_no_longer_than_its_limit(int length, string expected)
    {
        ControlPayload.TryRead(Encoding.UTF8.GetBytes($$"""{"method":"{{new string('m', length)}}"}"""), out _, out var error);

        Assert.Equal(expected, error);
    }

    [Fact]
    public void Broken_text_is_refused_wherever_it_stands()
    {
        byte[] payload = [.. Encoding.UTF8.GetBytes("""{"method":"m","params":" """), 0xff, .. "\"}"u8];

        Assert.False(ControlPayload.TryRead(payload, out _, out var error));

        Assert.Equal("the payload is not UTF-8" + NoObject, error);
    }

    [Theory]
    [InlineData("""{"status":"ok","result":1}""", true)]
    [InlineData("""{"status":"error","error":{"code":"a"}}""", false)]
    [InlineData("""{"result":{"status":"error"},"status":"ok"}""", true)]
    [InlineData("""{"status":"error","status":"ok"}""", true)]
    [InlineData("""{"status":"ok","status":1}""", null)]
    [InlineData("""{"status":"OK"}""", null)]
    [InlineData("""{"status":true}""", null)]
    [InlineData("{}", null)]
    [InlineData("""["ok"]""", null)]
    [InlineData("ok", null)]
    [InlineData("", null)]
    [InlineData("""{"status":"ok","result":""", null)]
    public void A_reply_reports_success_or_an_error_or_is_none(string reply, bool? expected) =>
        Assert.Equal(expected, ControlPayload.IsOk(Encoding.UTF8.GetBytes(reply)));

    [Theory]
    [InlineData("""{"status":"ok","result":1}""", """{"status":"ok","result":1}""")]
    [InlineData("""{ "status" : "error" }""", """{ "status" : "error" }""")]
    [InlineData("""{"status":"fine"}""", """{"status":"ok","result":{"status":"fine"}}""")]
    [InlineData("[1,2]", """{"status":"ok","result":[1,2]}""")]
    [InlineData("5", """{"status":"ok","result":5}""")]
    [InlineData("null", """{"status":"ok","result":null}""")]
    [InlineData("hello", """{"status":"ok","result":"hello"}""")]
    [InlineData("say \"é\"", """{"status":"ok","result":"say \"é\""}""")]
    [InlineData("", """{"status":"ok","result":""}""")]
    [InlineData("""{"status":"ok"} x""", """{"status":"ok","result":"{\"status\":\"ok\"} x"}""")]
    public void A_service_answers_with_a_reply_with_JSON_or_with_text(string answer, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(ControlPayload.FromService(Encoding.UTF8.GetBytes(answer)).Span));

    [Theory]
    [InlineData("", "")]
    [InlineData("{\"status\":\"ok\",\"result\":\"", "\"}")]
    [InlineData("[\"", "\"]")]
    public void A_service_that_answers_with_broken_text_is_an_error(string before, string after)
    {
        byte[] answer = [.. Encoding.UTF8.GetBytes(before), 0xff, 0xfe, .. Encoding.UTF8.GetBytes(after)];

        Assert.Equal(
            """{"status":"error","error":{"code":"invalid_reply","message":"the service has answered """
                + """with bytes that are neither JSON nor text"}}""",
            Encoding.UTF8.GetString(ControlPayload.FromService(answer).Span));
    }

    [Theory]
    [InlineData("", """{"method":"m","params":{}}""")]
    [InlineData("[ 1 ]", """{"method":"m","params":[ 1 ]}""")]
    public void A_request_is_written_as_it_is_read(string parameters, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(ControlPayload.Request("m", Encoding.UTF8.GetBytes(parameters)).Span));

    [Fact]
    public void No_bytes_make_it_throw_and_what_it_makes_of_them_is_always_a_reply()
    {
        var random = new Random(7);
        string[] seeds =
        [
            """{"method":"announce","params":{"capabilities":{"a":["\u00e9\ud83d\ude00",1e9,null]}}}""",
                """{"status":"error","error":{"code":"x","message":"y"}}""",
        ];
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = round % 3 == 0 ? new byte[random.Next(40)] : Encoding.UTF8.GetBytes(seeds[round % 2]);
            Mutate(random, bytes, round % 3 == 0 ? bytes.Length : random.Next(1, 4));

            var isRead = ControlPayload.TryRead(bytes, out var request, out var error);
            Assert.Equal((isRead, isRead), (request is not null, error.Length == 0));
            if (request is not null)
            {
                Assert.True(ControlPayload.TryRead(ControlPayload.Request(request.Method, request.Parameters), out var again, out _));
                Assert.Equal(request.Method, again!.Method);
            }

            using var reply = JsonDocument.Parse(ControlPayload.FromService(bytes));
            Assert.NotNull(ControlPayload.IsOk(ControlPayload.FromService(bytes).Span));
        }
    }

    private static void Mutate(Random random, byte[] bytes, int times)
    {
        for (var i = 0; i < times; i++)
        {
            bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : "{}[]\",:\\u0d8"u8[random.Next(12)];
        }
    }

    [Fact]
    public void What_would_be_nested_too_deep_inside_an_envelope_is_refused()
    {
        static string Nested(int depth) => new string('[', depth) + new string(']', depth);

        Assert.True(ControlPayload.TryRead(Encoding.UTF8.GetBytes($$"""{"method":"m","params":{{Nested(62)}}}"""), out _, out _));
        Assert.False(ControlPayload.TryRead(Encoding.UTF8.GetBytes($$"""{"method":"m","params":{{Nested(63)}}}"""), out _, out _));
        var deepest = ControlPayload.FromService(Encoding.UTF8.GetBytes(Nested(62)));
        Assert.Contains("[[[", Encoding.UTF8.GetString(deepest.Span), StringComparison.Ordinal);
        Assert.True(EnvelopeReader.TryRead(
            Encoding.UTF8.GetBytes($$"""{"type":"reply","id":"1","payload":{{Encoding.UTF8.GetString(deepest.Span)}}}"""), 0, out _));
        var tooDeep = Encoding.UTF8.GetString(ControlPayload.FromService(Encoding.UTF8.GetBytes(Nested(63))).Span);
        Assert.True(EnvelopeReader.TryRead(Encoding.UTF8.GetBytes($$"""{"type":"reply","id":"1","payload":{{tooDeep}}}"""), 0, out _));
    }
}
