using System.Net.WebSockets;
using Federation.Actors.Diagnostics;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Security;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.IntegrationTests.Transport;

public sealed class EmbeddedEndpointTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endpoint_works_on_someone_elses_server_whether_or_not_it_has_the_WebSocket_middleware(bool middleware)
    {
        var accepted = new TaskCompletionSource<ConnectedPeer>();
        using var endpoint = new PeerEndpoint(
            new ServerSettings(),
            new ConnectionSettings(),
            new AuthSettings(),
            PeerAuthenticator.Create(new AuthSettings(), _ => null),
            new FailureThrottle(0),
            new ComponentMetrics(new FederationMetrics(), "edge-in"),
            accepted.SetResult,
            NullLoggerFactory.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        if (middleware)
        {
            app.UseWebSockets();
        }

        app.Map("/ingest", endpoint.HandleAsync);
        await app.StartAsync();
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri(app.Urls.Single().Replace("http", "ws", StringComparison.Ordinal) + "/ingest"),
            CancellationToken.None).WaitAsync(Patience.Long);
        await using var socket = (await accepted.Task.WaitAsync(Patience.Long)).Socket;

        await client.SendAsync("{}"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

        var result = await socket.ReceiveAsync(new byte[10], CancellationToken.None).AsTask().WaitAsync(Patience.Long);
        Assert.Equal((2, true), (result.Count, result.EndOfMessage));
    }
}
