using System.Text.Json;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class JsonPathTests
{
    [Theory]
    [InlineData("$", "7", "7")]
    [InlineData("$.a", """{"a":1}""", "1")]
    [InlineData("$.a.b", """{"a":{"c":0,"b":2}}""", "2")]
    [InlineData("$.a[1]", """{"a":[1,2]}""", "2")]
    [InlineData("$[0][1].x", """[[0,{"x":3}]]""", "3")]
    [InlineData("$['a b']", """{"a b":4}""", "4")]
    [InlineData("$[\"a.b\"].c", """{"a.b":{"c":5}}""", "5")]
    [InlineData("$['']", """{"":6}""", "6")]
    [InlineData("$['it\\'s']", """{"it's":7}""", "7")]
    [InlineData("$['\\\\\\\"']", """{"\\\"":8}""", "8")]
    [InlineData("$.größe", """{"größe":9}""", "9")]
    [InlineData("$.größe", """{"gr\u00f6\u00DFe":10}""", "10")]
    [InlineData("$.😀", """{"\ud83d\ude00":11}""", "11")]
    [InlineData("$.a/b-c_d", """{"a\/b-c_d":12}""", "12")]
    [InlineData("$.n", "{\"\\n\":0,\"n\":13}", "13")]
    [InlineData("$.a", """ { "\ud800" : 0 , "\ud800x" : {} , "a" : 14 } """, "14")]
    [InlineData("$.a", """{"a":14,"\udc00":0,"\ud800x":{}}""", "14")]
    [InlineData("$.a", """{"a":1,"a":15}""", "15")]
    [InlineData("$.a.b", """{"a":{"b":1},"a":{"b":16}}""", "16")]
    [InlineData("$.a.b", """{"a":{"b":1,"b":[]},"a":{"b":17}}""", "17")]
    [InlineData("$.1", """{"1":18}""", "18")]
    public void A_value_is_found(string path, string json, string value) => Assert.Equal(value, Find(path, json));

    [Theory]
    [InlineData("$.a", """{"b":1}""")]
    [InlineData("$.a", """{"A":1}""")]
    [InlineData("$.a", """{"\ud800":1}""")]
    [InlineData("$.a.b", """{"a":{"\ud800":1}}""")]
    [InlineData("$.a", """{"x":{"a":1}}""")]
    [InlineData("$.a", "[1]")]
    [InlineData("$.a", "\"a\"")]
    [InlineData("$.a.b", """{"a":1}""")]
    [InlineData("$.a.b", """{"a":[{"b":1}]}""")]
    [InlineData("$.a.b", """{"a":{"b":1},"a":{}}""")]
    [InlineData("$.a.b", """{"a":{"b":1},"a":null}""")]
    [InlineData("$[1]", "[0]")]
    [InlineData("$[0]", """{"0":1}""")]
    [InlineData("$[0]", "[]")]
    public void Nothing_is_found(string path, string json) => Assert.Null(Find(path, json));

    [Theory]
    [InlineData("", "character 1: the end; expected $")]
    [InlineData("a.b", "character 1: 'a'; expected $")]
    [InlineData("$a", "character 2: 'a'; expected . or [")]
    [InlineData("$.", "character 3: the end; expected a name")]
    [InlineData("$..a", "character 3: '.'; expected a name")]
    [InlineData("$.a.", "character 5: the end; expected a name")]
    [InlineData("$.*", "character 3: '*'; expected a name")]
    [InlineData("$.a b", "character 4: ' '; expected . or [")]
    [InlineData("$.a]", "character 4: ']'; expected . or [")]
    [InlineData("$[", "character 3: the end; expected an index or a quoted name")]
    [InlineData("$[]", "character 3: ']'; expected an index or a quoted name")]
    [InlineData("$[x]", "character 3: 'x'; expected an index or a quoted name")]
    [InlineData("$[-1]", "character 3: '-'; expected an index or a quoted name")]
    [InlineData("$[01]", "character 3: '0'; expected an index or a quoted name")]
    [InlineData("$[1234567890]", "character 3: '1'; expected an index or a quoted name")]
    [InlineData("$[1", "character 4: the end; expected ]")]
    [InlineData("$[1:2]", "character 4: ':'; expected ]")]
    [InlineData("$['a", "character 5: the end; expected a closing '")]
    [InlineData("$[\"a']", "character 7: the end; expected a closing \"")]
    [InlineData("$['a'", "character 6: the end; expected ]")]
    [InlineData("$['\\n']", "character 5: 'n'; expected a quote or a backslash after a backslash")]
    [InlineData("$['\\", "character 5: the end; expected a quote or a backslash after a backslash")]
    public void A_wrong_path_is_refused_with_the_place(string path, string expected)
    {
        Assert.False(JsonPath.TryParse(path, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Length_and_depth_are_bounded()
    {
        Assert.True(JsonPath.TryParse("$." + new string('a', 254), out _, out _));
        Assert.False(JsonPath.TryParse("$." + new string('a', 255), out _, out var tooLong));
        Assert.Equal("257 characters; expected at most 256", tooLong);

        Assert.True(JsonPath.TryParse("$" + string.Concat(Enumerable.Repeat(".a", 32)), out _, out _));
        Assert.False(JsonPath.TryParse("$" + string.Concat(Enumerable.Repeat(".a", 33)), out _, out var tooDeep));
        Assert.Equal("character 66: '.'; expected the end, because a path has at most 32 names and indexes", tooDeep);
    }

    private static JsonPath Parse(string text)
    {
        Assert.True(JsonPath.TryParse(text, out var path, out var error), error);
        return path;
    }

    private static string? Find(string path, string json)
    {
        using var document = JsonDocument.Parse(json);
        return Parse(path).TryFind(document.RootElement, out var found) ? found.GetRawText() : null;
    }
}
