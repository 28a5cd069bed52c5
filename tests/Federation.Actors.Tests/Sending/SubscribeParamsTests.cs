using System.Text.Json;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class SubscribeParamsTests
{
    private const string Operators = "one of == != > >= < <= in contains exists";

    [Theory]
    [InlineData("[]", "params: []; expected an object")]
    [InlineData("{}", "params: missing; expected filter, subjects or both")]
    [InlineData("""{"subjects":null}""", "params: missing; expected filter, subjects or both")]
    [InlineData("""{"subject":["a"]}""", "params: missing; expected filter, subjects or both")]
    [InlineData("""{"subjects":"a"}""", "subjects: \"a\"; expected a list of 1 to 64 NATS subjects")]
    [InlineData("""{"subjects":[]}""", "subjects: []; expected a list of 1 to 64 NATS subjects")]
    [InlineData("""{"subjects":["a",1]}""", "subjects[1]: 1; expected a NATS subject such as a.*.c or a.>")]
    [InlineData("""{"subjects":["a..b"]}""", "subjects[0]: \"a..b\"; expected a NATS subject such as a.*.c or a.>")]
    [InlineData("""{"filter":"x"}""", "filter: \"x\"; expected an object with path, operator and value, or null")]
    [InlineData("""{"filter":{"pth":"$.a"}}""", "filter: unknown key pth; expected path")]
    [InlineData("""{"filter":{"something":1}}""", "filter: unknown key something; expected one of path, operator, value")]
    [InlineData("""{"filter":{}}""", "filter.path: missing; expected a path such as $.a.b[0]")]
    [InlineData("""{"filter":{"path":1}}""", "filter.path: 1; expected a path such as $.a.b[0]")]
    [InlineData("""{"filter":{"path":"$.a[x]"}}""", "filter.path: \"$.a[x]\", character 5: 'x'; expected an index or a quoted name")]
    [InlineData("""{"filter":{"path":"$.a"}}""", "filter.operator: missing; expected " + Operators)]
    [InlineData("""{"filter":{"path":"$.a","operator":"=~","value":1}}""", "filter.operator: \"=~\"; expected " + Operators)]
    [InlineData("""{"filter":{"path":"$.a","operator":null}}""", "filter.operator: null; expected " + Operators)]
    [InlineData("""{"filter":{"path":"$.a","operator":"=="}}""", "filter.value: missing; expected any JSON value")]
    [InlineData("""{"filter":{"path":"$.a","operator":">="}}""", "filter.value: missing; expected a number or a string")]
    [InlineData("""{"filter":{"path":"$.a","operator":">","value":true}}""", "filter.value: true; expected a number or a string")]
    [InlineData("""{"filter":{"path":"$.a","operator":"in","value":"a"}}""", "filter.value: \"a\"; expected an array")]
    [InlineData("""{"filter":{"path":"$.a","operator":"contains"}}""", "filter.value: missing; expected any JSON value")]
    [InlineData("""{"filter":{"path":"$.a","operator":"exists","value":1}}""", "filter.value: 1; expected true, false or nothing")]
    [InlineData("""{"filter":{"path":"\ud800","operator":"exists"}}""", MethodParams.NoText)]
    [InlineData("""{"filter":{"\ud800":1}}""", MethodParams.NoText)]
    public void What_is_wrong_is_named_with_its_place(string parameters, string expected)
    {
        Assert.False(MethodParams.TryRead(SubscribeParams.Read, Filters.Params(parameters), out var filter, out var error));
        Assert.Null(filter);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void No_params_at_all_are_missing_params()
    {
        Assert.False(MethodParams.TryRead(SubscribeParams.Read, default, out _, out var error));
        Assert.Equal("params: missing; expected an object", error);
    }

    [Fact]
    public void Lists_are_bounded()
    {
        static string Subjects(int count) => $$"""{"subjects":{{JsonSerializer.Serialize(Enumerable.Repeat("a", count))}}}""";
        static string Items(int count) =>
            $$"""{"filter":{"path":"$","operator":"in","value":{{JsonSerializer.Serialize(Enumerable.Range(0, count))}} } }""";

        Assert.True(Filters.Of(Subjects(64)).Match("a", []));
        Assert.False(MethodParams.TryRead(SubscribeParams.Read, Filters.Params(Subjects(65)), out _, out var subjects));
        Assert.Equal("subjects: 65 of them; expected at most 64", subjects);

        Assert.True(Filters.Of(Items(1000)).Passes("999"));
        Assert.False(MethodParams.TryRead(SubscribeParams.Read, Filters.Params(Items(1001)), out _, out var items));
        Assert.Equal("filter.value: 1001 items; expected at most 1000", items);
    }

    [Fact]
    public void The_value_is_bounded()
    {
        static string Value(int length) => $$"""{"filter":{"path":"$","operator":"contains","value":"{{new string('a', length)}}"} }""";

        Assert.True(Filters.Of(Value((64 * 1024) - 2)).Passes($"\"{new string('a', 64 * 1024)}\""));
        Assert.False(MethodParams.TryRead(SubscribeParams.Read, Filters.Params(Value((64 * 1024) - 1)), out _, out var error));
        Assert.Equal("filter.value: 65537 bytes; expected at most 65536", error);
    }

    [Fact]
    public void A_long_value_is_shown_by_its_beginning()
    {
        var parameters = $$"""{"filter":"{{new string('é', 100)}}"}""";

        Assert.False(MethodParams.TryRead(SubscribeParams.Read, Filters.Params(parameters), out _, out var error));
        Assert.Equal($"filter: \"{new string('é', 29)}...; expected an object with path, operator and value, or null", error);
    }

    [Fact]
    public void A_key_beside_the_two_is_passed_over() => Assert.True(Filters.Of("""{"filter":null,"more":1}""").PassesAll);
}
