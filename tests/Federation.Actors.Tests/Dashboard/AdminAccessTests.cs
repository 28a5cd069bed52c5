using System.Net;
using Federation.Actors.Host.Admin.Dashboard;
using Federation.Actors.Tests.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.Tests.Dashboard;

public sealed class AdminAccessTests
{
    [Theory]
    [InlineData("localhost:9464", true)]
    [InlineData("127.0.0.1:9464", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("[::1]:9464", true)]
    [InlineData("evil.example:9464", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("192.168.1.4", false)]
    [InlineData("", false)]
    public void On_a_loopback_address_only_names_of_this_machine_are_answered(string host, bool granted)
    {
        Assert.Equal(granted, Access(new AdminSettings()).RefuseHost(Request(host: host)) is null);
    }

    [Fact]
    public void Elsewhere_any_name_is_answered_and_looking_needs_the_token()
    {
        var access = Access(new AdminSettings { Host = "0.0.0.0", TokenEnv = "TOKEN" });

        Assert.Null(access.RefuseHost(Request(host: "node.example")));
        Assert.Equal(401, access.RefuseLooking(Request())?.Status);
        Assert.Null(access.RefuseLooking(Request("Bearer secret")));
        Assert.Null(Access(new AdminSettings { Host = "0.0.0.0", Insecure = true }).RefuseLooking(Request()));
    }

    [Fact]
    public void On_a_loopback_address_looking_is_free_and_control_needs_the_token()
    {
        var access = Access(new AdminSettings { TokenEnv = "TOKEN" });

        Assert.Null(access.RefuseLooking(Request()));
        Assert.Equal(401, access.RefuseControl(Request())?.Status);
        Assert.Null(access.RefuseControl(Request("Bearer secret")));
    }

    [Theory]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("Bearer secret2")]
    [InlineData("Basic secret")]
    [InlineData("secret")]
    public void Another_token_is_refused_without_showing_the_right_one(string header)
    {
        var refusal = Access(new AdminSettings { TokenEnv = "TOKEN" }).RefuseControl(Request(header));

        Assert.Equal(401, refusal?.Status);
        Assert.DoesNotContain("secret", refusal!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_token_of_the_nodes_nothing_is_controlled_whatever_is_shown()
    {
        var access = Access(new AdminSettings());

        Assert.False(access.HasControl);
        Assert.Equal(403, access.RefuseControl(Request("Bearer secret"))?.Status);
        Assert.Equal(403, access.RefuseControl(Request("Bearer "))?.Status);
    }

    [Fact]
    public void A_token_may_be_in_a_file()
    {
        using var file = new TemporaryFile("s3cret\n");
        var access = Access(new AdminSettings { TokenFile = file.Path });

        Assert.True(access.HasControl);
        Assert.Null(access.RefuseControl(Request("Bearer s3cret")));
        Assert.Equal(401, access.RefuseControl(Request("Bearer secret"))?.Status);
    }

    [Theory]
    [InlineData("127.0.0.1", "http://localhost:9464", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "http://localhost:9464", "::1", true)]
    [InlineData("127.0.0.1", "http://localhost:9464", "192.0.2.1", false)]
    [InlineData("127.0.0.1", "http://localhost:9464", null, false)]
    [InlineData("127.0.0.1", "http://127.0.0.1:9464", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "http://localhost:8080", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "https://localhost:9464", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "http://evil.example", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "null", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "", "127.0.0.1", false)]
    [InlineData("0.0.0.0", "http://localhost:9464", "127.0.0.1", false)]
    public void Only_its_own_page_on_this_machine_may_send_an_envelope(string listens, string origin, string? from, bool granted)
    {
        var request = Request(host: "localhost:9464");
        request.Scheme = "http";
        request.HttpContext.Connection.RemoteIpAddress = from is null ? null : IPAddress.Parse(from);
        request.Headers.Origin = origin;

        Assert.Equal(
            granted ? null : 403, Access(new AdminSettings { Host = listens, TokenEnv = "TOKEN" }).RefuseTrying(request)?.Status);
    }

    private static AdminAccess Access(AdminSettings settings) =>
        new(settings, static name => string.Equals(name, "TOKEN", StringComparison.Ordinal) ? " secret\n" : null, NullLogger.Instance);

    private static HttpRequest Request(string? authorization = null, string host = "localhost")
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString(host);
        if (authorization is not null)
        {
            request.Headers.Authorization = authorization;
        }

        return request;
    }
}
