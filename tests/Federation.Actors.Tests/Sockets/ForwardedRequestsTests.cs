using System.Net;
using Federation.Actors.Sockets.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.Tests.Sockets;

public sealed class ForwardedRequestsTests
{
    private readonly ForwardedRequests _forwarded = new(
        new ServerSettings { TrustedProxies = ["10.0.0.1", "10.1.0.0/16", "2001:db8::/32"] }, NullLoggerFactory.Instance);

    [Theory]
    [InlineData("10.0.0.1", "192.0.2.7", "https", "node.example")]
    [InlineData("10.1.2.3", "192.0.2.7", "https", "node.example")]
    [InlineData("::ffff:10.0.0.1", "192.0.2.7", "https", "node.example")]
    [InlineData("2001:db8::5", "192.0.2.7", "https", "node.example")]
    [InlineData("10.0.0.2", "10.0.0.2", "http", "localhost:8081")]
    [InlineData("192.0.2.7", "192.0.2.7", "http", "localhost:8081")]
    public async Task Headers_of_trusted_proxies_count_and_of_nobody_else(string from, string address, string scheme, string host)
    {
        var told = await ApplyAsync(
            from, ("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "node.example"));

        Assert.Equal((address, scheme, host), told);
    }

    [Fact]
    public async Task What_a_client_has_written_before_its_proxy_does_not_count() =>
        Assert.Equal("192.0.2.7", (await ApplyAsync("10.0.0.1", ("X-Forwarded-For", "203.0.113.9, 192.0.2.7, 10.1.0.9"))).Address);

    [Theory]
    [InlineData("for=192.0.2.7;proto=https;host=node.example", "192.0.2.7", "https", "node.example")]
    [InlineData("For=\"[2001:db9::7]:4711\" ; Proto=https", "2001:db9::7", "https", "localhost:8081")]
    [InlineData("for=203.0.113.9, for=192.0.2.7;proto=https, for=10.1.0.9", "192.0.2.7", "https", "localhost:8081")]
    [InlineData("for=\"a, b;c\", for=192.0.2.7;by=10.0.0.1", "192.0.2.7", "http", "localhost:8081")]
    [InlineData("for=_hidden", "10.0.0.1", "http", "localhost:8081")]
    public async Task Forwarded_counts_as_well(string header, string address, string scheme, string host) =>
        Assert.Equal((address, scheme, host), await ApplyAsync("10.0.0.1", ("Forwarded", header)));

    [Theory]
    [InlineData("wss", "https")]
    [InlineData("ws", "http")]
    public async Task The_scheme_of_a_WebSocket_is_that_of_its_handshake(string proto, string scheme) =>
        Assert.Equal(scheme, (await ApplyAsync("10.0.0.1", ("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", proto))).Scheme);

    [Theory]
    [InlineData("for")]
    [InlineData("=a")]
    [InlineData("for=\"a")]
    [InlineData("for=")]
    [InlineData("for=192.0.2.7, ")]
    public async Task A_malformed_Forwarded_is_refused(string header) =>
        Assert.Equal(400, await RefusedAsync("10.0.0.1", ("Forwarded", header)));

    [Fact]
    public async Task One_of_two_kinds_that_disagree_is_the_client_s_own()
    {
        Assert.Equal(400, await RefusedAsync("10.0.0.1", ("Forwarded", "for=203.0.113.9"), ("X-Forwarded-For", "192.0.2.7")));
        Assert.Null(await RefusedAsync("10.0.0.1", ("Forwarded", "for=\"192.0.2.7:80\""), ("X-Forwarded-For", "192.0.2.7")));
        Assert.Null(await RefusedAsync("192.0.2.7", ("Forwarded", "for"), ("X-Forwarded-For", "192.0.2.7")));
    }

    private static DefaultHttpContext Context(string from, (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(from);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("localhost:8081");
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        return context;
    }

    private async Task<(string Address, string Scheme, string Host)> ApplyAsync(string from, params (string Name, string Value)[] headers)
    {
        var context = Context(from, headers);
        Assert.Null((await _forwarded.ApplyAsync(context)).Refusal);
        return ($"{context.Connection.RemoteIpAddress}", context.Request.Scheme, $"{context.Request.Host}");
    }

    private async Task<int?> RefusedAsync(string from, params (string Name, string Value)[] headers) =>
        (await _forwarded.ApplyAsync(Context(from, headers))).Refusal?.Status;
}
