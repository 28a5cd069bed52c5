using Federation.Actors.Security;

namespace Federation.Actors.Tests.Sockets;

public sealed class OriginPolicyTests
{
    [Fact]
    public void A_request_without_an_origin_is_allowed() =>
        Assert.True(new OriginPolicy(["https://a.example"]).Allows(null, "http", "b.example"));

    [Theory]
    [InlineData("http://node.example:8081", "http", "node.example:8081", true)]
    [InlineData("http://NODE.example:8081", "http", "node.EXAMPLE:8081", true)]
    [InlineData("http://node.example", "http", "node.example:80", true)]
    [InlineData("https://node.example:443", "https", "node.example", true)]
    [InlineData("https://node.example", "http", "node.example", false)]
    [InlineData("http://node.example:8082", "http", "node.example:8081", false)]
    [InlineData("http://evil.example", "http", "node.example", false)]
    [InlineData("http://[::1]:8081", "http", "[::1]:8081", true)]
    [InlineData("http://node.example", "http", "", false)]
    public void An_empty_list_allows_the_same_origin_only(string origin, string scheme, string host, bool allowed) =>
        Assert.Equal(allowed, new OriginPolicy([]).Allows(origin, scheme, host));

    [Theory]
    [InlineData("https://app.example", true)]
    [InlineData("https://APP.example:443", true)]
    [InlineData("http://app.example", false)]
    [InlineData("https://app.example:8443", false)]
    [InlineData("https://app.example.evil.example", false)]
    [InlineData("http://node.example", true)]
    [InlineData("https://node.example", false)]
    [InlineData("null", false)]
    [InlineData("file://", false)]
    public void A_list_allows_what_it_names_and_the_same_origin(string origin, bool allowed) =>
        Assert.Equal(allowed, new OriginPolicy(["https://app.example"]).Allows(origin, "http", "node.example"));

    [Theory]
    [InlineData("null", true)]
    [InlineData("file://", true)]
    [InlineData("chrome-extension://abc", true)]
    [InlineData("https://app.example", true)]
    [InlineData("http://node.example", true)]
    [InlineData("app://", false)]
    [InlineData("chrome-extension://abd", false)]
    [InlineData("nul", false)]
    public void Opaque_origins_can_be_listed_beside_others(string origin, bool allowed) =>
        Assert.Equal(allowed, new OriginPolicy(["https://app.example", "null", "file://", "chrome-extension://abc"]).Allows(
            origin, "http", "node.example"));

    [Theory]
    [InlineData("")]
    [InlineData("app.example")]
    [InlineData("https://")]
    [InlineData("https://app.example/")]
    [InlineData("https://app.example/page")]
    [InlineData("https://app.example?x")]
    [InlineData("https://app.example#x")]
    [InlineData("https://user@app.example")]
    [InlineData("https://app.example\\")]
    [InlineData("https://app.example, https://b.example")]
    [InlineData(" https://app.example/ ")]
    public void What_is_no_origin_is_refused_unless_all_are_allowed(string origin)
    {
        Assert.False(new OriginPolicy(["https://app.example"]).Allows(origin, "https", "app.example"));
        Assert.True(new OriginPolicy(["*"]).Allows(origin, "https", "app.example"));
    }
}
