using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class BackpressureParamsTests
{
    private const string ExpectedRate = "expected a number above 0, 0 to pause, or null to remove the limit";

    [Theory]
    [InlineData("""{"rate_limit":100}""", 100.0)]
    [InlineData("""{"rate_limit":0.001,"unit":"msg/sec"}""", 0.001)]
    [InlineData("""{"rate_limit":1e9,"unit":null,"more":[]}""", 1e9)]
    [InlineData("""{"rate_limit":0}""", 0.0)]
    [InlineData("""{"rate_limit":5,"rate_limit":6}""", 6.0)]
    [InlineData("""{"rate_limit":null}""", null)]
    public void A_limit_is_read(string parameters, double? rate)
    {
        Assert.True(MethodParams.TryRead(BackpressureParams.Read, Filters.Params(parameters), out var parsed, out var error), error);
        Assert.Equal(rate, parsed.RateLimit);
    }

    [Theory]
    [InlineData("null", "params: null; expected an object")]
    [InlineData("{}", "rate_limit: missing; " + ExpectedRate)]
    [InlineData("""{"rate_limit":-1}""", "rate_limit: -1; " + ExpectedRate)]
    [InlineData("""{"rate_limit":"100"}""", "rate_limit: \"100\"; " + ExpectedRate)]
    [InlineData("""{"rate_limit":true}""", "rate_limit: true; " + ExpectedRate)]
    [InlineData("""{"rate_limit":1e400}""", "rate_limit: 1e400; " + ExpectedRate)]
    [InlineData("""{"rate_limit":1,"unit":"msg/min"}""", "unit: \"msg/min\"; expected \"msg/sec\"")]
    [InlineData("""{"rate_limit":1,"unit":1}""", "unit: 1; expected \"msg/sec\"")]
    public void What_is_wrong_is_named_with_its_place(string parameters, string expected)
    {
        Assert.False(MethodParams.TryRead(BackpressureParams.Read, Filters.Params(parameters), out var parsed, out var error));
        Assert.Null(parsed);
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("""{"rate_limit":1,"unit":"\ud800"}""")]
    [InlineData("""{"rate_limit":"\ud800"}""")]
    public void Half_of_a_surrogate_pair_is_refused_like_any_wrong_text(string parameters) =>
        Assert.False(MethodParams.TryRead(BackpressureParams.Read, Filters.Params(parameters), out _, out _));
}
