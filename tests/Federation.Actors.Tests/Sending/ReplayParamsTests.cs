using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class ReplayParamsTests
{
    [Theory]
    [InlineData("""{"count":1}""", 1, null, null)]
    [InlineData("""{"start_time":0}""", null, 0L, null)]
    [InlineData("""{"start_sequence":1}""", null, null, 1L)]
    [InlineData(
        """{"count":2147483647,"start_time":253402300799999,"start_sequence":9223372036854775807,"x":1}""",
        int.MaxValue,
        253402300799999L,
        long.MaxValue)]
    [InlineData("""{"count":null,"start_sequence":7}""", null, null, 7L)]
    public void A_request_is_read(string parameters, int? count, long? time, long? sequence)
    {
        Assert.True(MethodParams.TryRead(ReplayParams.Read, Filters.Params(parameters), out var parsed, out var error), error);
        Assert.Equal(new ReplayParams(count, time, sequence), parsed);
    }

    [Theory]
    [InlineData("3", "params: 3; expected an object")]
    [InlineData("{}", "params: missing; expected at least one of count, start_time, start_sequence")]
    [InlineData("""{"count":null}""", "params: missing; expected at least one of count, start_time, start_sequence")]
    [InlineData("""{"count":0}""", "count: 0; expected an integer from 1 to 2147483647")]
    [InlineData("""{"count":2147483648}""", "count: 2147483648; expected an integer from 1 to 2147483647")]
    [InlineData("""{"count":1.5}""", "count: 1.5; expected an integer from 1 to 2147483647")]
    [InlineData("""{"count":"1"}""", "count: \"1\"; expected an integer from 1 to 2147483647")]
    [InlineData("""{"count":1,"start_time":-1}""", "start_time: -1; expected an integer from 0 to 253402300799999")]
    [InlineData("""{"start_time":253402300800000}""", "start_time: 253402300800000; expected an integer from 0 to 253402300799999")]
    [InlineData("""{"start_time":1,"start_sequence":0}""", "start_sequence: 0; expected an integer from 1 to 9223372036854775807")]
    [InlineData("""{"start_sequence":1e400}""", "start_sequence: 1e400; expected an integer from 1 to 9223372036854775807")]
    public void What_is_wrong_is_named_with_its_place(string parameters, string expected)
    {
        Assert.False(MethodParams.TryRead(ReplayParams.Read, Filters.Params(parameters), out var parsed, out var error));
        Assert.Null(parsed);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void No_params_at_all_are_missing_params()
    {
        Assert.False(MethodParams.TryRead(ReplayParams.Read, default, out _, out var error));
        Assert.Equal("params: missing; expected an object", error);
    }
}
