using Federation.Actors.Diagnostics;
using Federation.Actors.Security;
using Federation.Actors.Sockets.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.Tests.Sockets;

public sealed class MappedEndpointsTests
{
    private readonly MappedEndpoints _mapped = new();

    [Fact]
    public async Task Before_the_component_is_up_a_peer_is_told_to_come_later()
    {
        var answer = await AskAsync();

        Assert.Equal((503, "5"), (answer.StatusCode, answer.Headers.RetryAfter.ToString()));
    }

    [Fact]
    public async Task A_component_that_is_up_answers_itself_until_it_closes()
    {
        using var endpoint = Endpoint();
        _mapped.Map("edge-in", "/ingest");

        Assert.Equal("/ingest", _mapped.Open("edge-in", endpoint));
        Assert.Equal(426, (await AskAsync()).StatusCode);
        _mapped.Close("edge-in", endpoint);
        Assert.Equal(503, (await AskAsync()).StatusCode);
    }

    [Fact]
    public async Task One_that_closes_late_does_not_take_the_next_one_away()
    {
        using var first = Endpoint();
        using var next = Endpoint();
        _mapped.Open("edge-in", first);
        _mapped.Open("edge-in", next);

        _mapped.Close("edge-in", first);

        Assert.Equal(426, (await AskAsync()).StatusCode);
    }

    private static PeerEndpoint Endpoint() => new(
        new ServerSettings { Listen = false },
        new ConnectionSettings(),
        new AuthSettings(),
        PeerAuthenticator.Create(new AuthSettings(), _ => null),
        new FailureThrottle(0),
        new ComponentMetrics(new FederationMetrics(), "edge-in"),
        static _ => { },
        NullLoggerFactory.Instance);

    private async Task<HttpResponse> AskAsync()
    {
        var context = new DefaultHttpContext();
        await _mapped.HandleAsync("edge-in", context);
        return context.Response;
    }
}
