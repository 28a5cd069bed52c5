using System.Text;

namespace Federation.Actors.Tests.Sending;

public sealed class MessageFilterTests
{
    [Theory]
    [InlineData("1e99999999999", "1", false)]
    [InlineData("1", "1e99999999999", false)]
    [InlineData("1e-99999999999", "0", false)]
    [InlineData("1e99999999999", "1e99999999999", true)]
    [InlineData("[1,1e99999999999]", "[1,1e99999999999]", true)]
    [InlineData("[1,1e99999999999]", "[1,2]", false)]
    public void A_number_whose_exponent_is_too_large_to_compare_equals_its_own_text_only(string found, string value, bool equal)
    {
        Assert.Equal(equal, Filters.Of("$.a", "==", value).Passes($$"""{"a":{{found}}}"""));
        Assert.Equal(!equal, Filters.Of("$.a", "!=", value).Passes($$"""{"a":{{found}}}"""));
        Assert.Equal(equal, Filters.Of("$.a", "in", $"[{value}]").Passes($$"""{"a":{{found}}}"""));
    }

    [Theory]
    [InlineData("==", "1", "1", true)]
    [InlineData("==", "1", "1.0", true)]
    [InlineData("==", "1", "2", false)]
    [InlineData("==", "1", "\"1\"", false)]
    [InlineData("==", "1", "true", false)]
    [InlineData("==", "1", "null", false)]
    [InlineData("==", "9007199254740993", "9007199254740992", false)]
    [InlineData("==", "1e400", "1e401", false)]
    [InlineData("==", "-0", "0", true)]
    [InlineData("==", "\"a\"", "\"a\"", true)]
    [InlineData("==", "\"a\"", "\"A\"", false)]
    [InlineData("==", "\"a\"", "\"\\u0061\"", true)]
    [InlineData("==", "\"\\u0061\"", "\"a\"", true)]
    [InlineData("==", "\"\\n\\t\\\\\\\"\\/\\b\\f\\r\"", "\"\\u000a\\u0009\\u005c\\u0022\\u002F\\u0008\\u000c\\u000d\"", true)]
    [InlineData("==", "\"😀\"", "\"\\ud83d\\ude00\"", true)]
    [InlineData("==", "\"\"", "\"\\ud83d\"", false)]
    [InlineData("==", "\"\\ufffd\"", "\"\\ud83d\"", false)]
    [InlineData("!=", "\"a\"", "\"\\ude00\"", true)]
    [InlineData("==", "true", "true", true)]
    [InlineData("==", "true", "false", false)]
    [InlineData("==", "false", "null", false)]
    [InlineData("==", "null", "null", true)]
    [InlineData("==", "[1,\"a\"]", "[1.0,\"\\u0061\"]", true)]
    [InlineData("==", "[1,2]", "[2,1]", false)]
    [InlineData("==", "[1]", "[1,1]", false)]
    [InlineData("==", "[]", "{}", false)]
    [InlineData("==", "{\"x\":1,\"y\":[{}]}", "{\"y\":[{}],\"x\":1}", true)]
    [InlineData("==", "{\"x\":1}", "{\"x\":1,\"y\":1}", false)]
    [InlineData("==", "{\"x\":1}", "{\"y\":1}", false)]
    [InlineData("!=", "1", "2", true)]
    [InlineData("!=", "1", "1.00", false)]
    [InlineData("!=", "1", "\"1\"", true)]
    [InlineData("!=", "1", "null", true)]
    [InlineData("!=", "null", "null", false)]
    [InlineData(">", "1", "2", true)]
    [InlineData(">", "2", "2", false)]
    [InlineData(">", "12345678901234567890122", "12345678901234567890123", true)]
    [InlineData(">", "1", "\"2\"", false)]
    [InlineData("<", "1", "\"0\"", false)]
    [InlineData("<", "1", "null", false)]
    [InlineData(">", "1", "[2]", false)]
    [InlineData(">=", "2", "2.0", true)]
    [InlineData("<", "2", "1e0", true)]
    [InlineData("<", "2", "2", false)]
    [InlineData("<=", "2", "2", true)]
    [InlineData("<=", "2", "2.0000000000000000000001", false)]
    [InlineData(">", "\"abc\"", "\"abd\"", true)]
    [InlineData(">", "\"b\"", "\"a\\u0062\"", false)]
    [InlineData("<", "\"a\"", "\"Z\"", true)]
    [InlineData("<", "\"\"", "\"\"", false)]
    [InlineData(">=", "\"warning\"", "\"error\"", true)]
    [InlineData(">=", "\"warning\"", "\"critical\"", true)]
    [InlineData(">=", "\"warning\"", "\"warning\"", true)]
    [InlineData(">=", "\"warning\"", "\"\\u0065rror\"", true)]
    [InlineData(">=", "\"warning\"", "\"info\"", false)]
    [InlineData(">", "\"debug\"", "\"info\"", true)]
    [InlineData("<", "\"critical\"", "\"error\"", true)]
    [InlineData("<", "\"info\"", "\"debug\"", true)]
    [InlineData(">=", "\"warning\"", "\"fatal\"", false)]
    [InlineData(">=", "\"warning\"", "\"Error\"", false)]
    [InlineData(">=", "\"warm\"", "\"error\"", false)]
    [InlineData("==", "\"warning\"", "\"error\"", false)]
    [InlineData("in", "[1,\"a\",null,[2]]", "\"a\"", true)]
    [InlineData("in", "[1,\"a\",null,[2]]", "1.0", true)]
    [InlineData("in", "[1,\"a\",null,[2]]", "null", true)]
    [InlineData("in", "[1,\"a\",null,[2]]", "[2]", true)]
    [InlineData("in", "[1,\"a\",null,[2]]", "2", false)]
    [InlineData("in", "[]", "null", false)]
    [InlineData("contains", "\"b\"", "\"abc\"", true)]
    [InlineData("contains", "\"\"", "\"\"", true)]
    [InlineData("contains", "\"é\"", "\"caf\\u00e9s\"", true)]
    [InlineData("contains", "\"B\"", "\"abc\"", false)]
    [InlineData("contains", "1", "\"1\"", false)]
    [InlineData("contains", "1", "[[1],{\"x\":1},1.0]", true)]
    [InlineData("contains", "1", "[[1],{\"x\":1}]", false)]
    [InlineData("contains", "{\"x\":1}", "[[1],{\"x\":1}]", true)]
    [InlineData("contains", "\"a\"", "[\"ab\"]", false)]
    [InlineData("contains", "\"a\"", "{\"a\":\"a\"}", false)]
    [InlineData("exists", "true", "0", true)]
    [InlineData("exists", "true", "null", true)]
    [InlineData("exists", "false", "null", false)]
    public void What_is_found_is_compared_with_the_value(string comparison, string value, string found, bool matches)
    {
        Assert.Equal(matches, Filters.Of("$.a", comparison, value).Passes($$"""{"b":0,"a":{{found}},"c":{ } }"""));
        Assert.Equal(matches, Filters.Of("$.a[1]", comparison, value).Passes($$""" {"a" : [ [], {{found}} ] } """));
    }

    [Theory]
    [InlineData("==", "1")]
    [InlineData("!=", "1")]
    [InlineData("==", "null")]
    [InlineData(">", "1")]
    [InlineData("<=", "\"a\"")]
    [InlineData("in", "[null]")]
    [InlineData("contains", "\"\"")]
    [InlineData("exists", "true")]
    public void A_path_at_which_there_is_nothing_never_matches(string comparison, string value)
    {
        var filter = Filters.Of("$.a.b", comparison, value);

        Assert.All(Without, payload => Assert.False(filter.Passes(payload), payload));
    }

    [Fact]
    public void A_path_at_which_there_is_nothing_matches_when_nothing_is_wanted() =>
        Assert.All(Without, payload => Assert.True(Filters.Of("$.a.b", "exists", "false").Passes(payload), payload));

    [Fact]
    public void Invalid_UTF8_is_no_document() =>
        Assert.False(Filters.Of("$.a", "exists", "true").Match("any.subject", [.. "{\"a\":1,\"b\":\""u8, 0xFF, .. "\"}"u8]));

    [Fact]
    public void Exists_without_a_value_wants_something_there()
    {
        var filter = Filters.Of("""{"filter":{"path":"$.a","operator":"exists"}}""");

        Assert.True(filter.Passes("""{"a":null}"""));
        Assert.False(filter.Passes("{}"));
    }

    [Fact]
    public void The_last_of_duplicate_keys_counts()
    {
        Assert.True(Filters.Of("$.a", "==", "2").Passes("""{"a":1,"\u0061":2}"""));
        Assert.False(Filters.Of("$.a", "==", "1").Passes("""{"a":1,"\u0061":2}"""));
    }

    [Theory]
    [InlineData("orders.new", """{"n":2}""", true)]
    [InlineData("returns.eu", """{"n":2}""", true)]
    [InlineData("returns", """{"n":2}""", false)]
    [InlineData("orders.new", """{"n":1}""", false)]
    [InlineData("orders.new", "n", false)]
    public void With_subjects_and_a_filter_both_have_to_match(string subject, string payload, bool matches)
    {
        var filter = Filters.Of("""{"subjects":["orders.*","returns.>"],"filter":{"path":"$.n","operator":">","value":1}}""");

        Assert.Equal(matches, filter.Match(subject, Encoding.UTF8.GetBytes(payload)));
    }

    [Fact]
    public void With_subjects_alone_the_payload_is_not_looked_at()
    {
        var filter = Filters.Of("""{"filter":null,"subjects":["a.*"]}""");

        Assert.False(filter.PassesAll);
        Assert.True(filter.Match("a.b", [0xFF]));
        Assert.False(filter.Match("a", "{}"u8));
    }

    [Theory]
    [InlineData("""{"filter":null}""")]
    [InlineData("""{"filter":null,"subjects":null}""")]
    public void A_filter_that_is_null_lets_everything_pass(string parameters)
    {
        var filter = Filters.Of(parameters);

        Assert.True(filter.PassesAll);
        Assert.True(filter.Match("a", [0xFF]));
    }

    [Fact]
    public void A_payload_that_is_not_JSON_costs_nothing()
    {
        var filter = Filters.Of("$.n", "in", "[1,2,3.50]");
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            filter.Match("a.b", "no json at all"u8);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static readonly string[] Without =
    [
        "{}", """{"a":1}""", """{"a":{}}""", """{"b":1}""", """{"a":{"b":1}""", """{"a":{"b":1},"a":2}""", """[{"a":{"b":1}}]""",
        "7", "null", "", " ", "no json", """{"a":{"b":1}},""", """{"a":{"b":1}} x""", """{"a":{"b":1}}{}""", """{"a":{"b":1},}""",
            """{"a":{"b":01}}""",
        $$"""{"a":{"b":1},"c":{{new string('[', 64)}}{{new string(']', 64)}} }""",
    ];
}
