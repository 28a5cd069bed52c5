using System.Collections.Concurrent;
using System.Text;
using Federation.Actors.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>The program sends its spans where the environment says.</summary>
public sealed class TraceExportTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Trace = $"00-{TraceId}-00f067aa0ba902b7-01";

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME", "edge-of-the-world")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_LOG_LEVEL", "federation")]
    public async Task With_an_endpoint_spans_arrive_there(string endpoint, string variable, string service)
    {
        await using var nats = await NatsServer.StartAsync();
        var posts = new ConcurrentQueue<byte[]>();
        await using var receiver = await ReceiverAsync(posts);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [endpoint] = receiver.Urls.First(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            [variable] = service,
        };
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url), environment);
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        await SendAsync(node);

        await Eventually.TrueAsync(() => posts.Any(post => Has(post, Encoding.UTF8.GetBytes("publish"))), "the span of the publish");

        Assert.Contains(posts, post => Has(post, Encoding.UTF8.GetBytes(service)) && Has(post, Convert.FromHexString(TraceId)) && Has(
            post, Encoding.UTF8.GetBytes("receive")));
        await subscriber.CountAsync(1);
        var header = Assert.Single(subscriber.Messages).Headers!["traceparent"].ToString();
        Assert.StartsWith($"00-{TraceId}-", header, StringComparison.Ordinal);
        Assert.NotEqual(Trace, header);
    }

    [Fact]
    public async Task A_receiver_that_redirects_gets_nothing_elsewhere_and_the_log_says_why_spans_are_not_exported()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var other = new ScriptedServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var receiver = new ScriptedServer(
            $"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{other.Port}/\r\nContent-Length: 0\r\n\r\n");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{receiver.Port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        };
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url), environment);
        await SendAsync(node);

        await node.SaysAsync("Spans were not exported");

        Assert.Contains(node.Output, static line => line.Contains("Spans were not exported", StringComparison.Ordinal) && line.Contains(
            "307", StringComparison.Ordinal));
        Assert.Equal(0, other.Connections);
    }

    [Theory]
    [InlineData("OTEL_SERVICE_NAME", "federation")]
    [InlineData("OTEL_TRACES_EXPORTER", "none")]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    public async Task Without_one_or_switched_off_nothing_is_recorded(string variable, string value)
    {
        await using var nats = await NatsServer.StartAsync();
        var posts = new ConcurrentQueue<byte[]>();
        await using var receiver = await ReceiverAsync(posts);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            { ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", [variable] = value };
        if (variable is not "OTEL_SERVICE_NAME")
        {
            environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Urls.First();
        }

        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url), environment);
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        await SendAsync(node);
        await subscriber.CountAsync(1);
        node.Signal(ProcessSignal.Terminate);
        Assert.Equal(0, await node.ExitedAsync());

        Assert.Equal(Trace, Assert.Single(subscriber.Messages).Headers!["traceparent"].ToString());
        Assert.Empty(posts);
    }

    private static async Task SendAsync(FederationProcess node)
    {
        await using var peer = await TestPeer.ConnectAsync(node.Url);
        await peer.SendAsync($$"""{"type":"data","id":"1","traceparent":"{{Trace}}","payload":1}""");
        await peer.ReceiveAsync("ack");
    }

    private static async Task<WebApplication> ReceiverAsync(ConcurrentQueue<byte[]> posts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = builder.Build();
        receiver.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            posts.Enqueue(body.ToArray());
        });
        await receiver.StartAsync();
        return receiver;
    }

    private static bool Has(byte[] post, byte[] bytes) => post.AsSpan().IndexOf(bytes) >= 0;
}
