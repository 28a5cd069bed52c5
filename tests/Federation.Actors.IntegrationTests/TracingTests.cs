using System.Diagnostics;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests;

/// <summary>A trace goes where its message goes: through envelopes and NATS headers, recorded or not.</summary>
[Collection(TracingAlone.Name)]
public sealed class TracingTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Sender = "00f067aa0ba902b7";
    private const string Trace = $"00-{TraceId}-{Sender}-01";

    [Fact]
    public async Task Two_nodes_in_a_line_keep_one_trace()
    {
        using var spans = new SpanList(static parent => parent != default);
        await using var cloud = await Site.StartAsync("cloud", Site.Link("in", dials: null, sends: false));
        await using var edge = await Site.StartAsync("edge", Site.Link("out", cloud.Node.Url, receives: false));
        await Eventually.TrueAsync(
            async () =>
            {
                await edge.PublishAsync("events.probe", "0"u8.ToArray());
                return cloud.Messages.Count > 0;
            },
            "the sites to be connected");

        await edge.PublishAsync("events.data.1", "1"u8.ToArray(), new NatsHeaders { ["traceparent"] = Trace });

        await Eventually.TrueAsync(() => spans.Of(TraceId).Count >= 4, "four spans");
        await Eventually.TrueAsync(() => cloud.Messages.Any(IsTraced), "the message in the cloud");
        var arrived = Assert.Single(cloud.Messages, IsTraced);
        var publish = spans.Single(TraceId, "publish");
        Assert.Equal($"00-{TraceId}-{publish.SpanId}-01", arrived.Headers!["traceparent"].ToString());
        Assert.Equal(Sender, spans.Single(TraceId, "deliver").ParentSpanId.ToString());
        Assert.Equal(Sender, spans.Single(TraceId, "receive").ParentSpanId.ToString());
        Assert.Equal(spans.Single(TraceId, "queue").SpanId, publish.ParentSpanId);
        Assert.Equal("out", spans.Single(TraceId, "deliver").GetTagItem("federation.component"));
        Assert.Equal("in", publish.GetTagItem("federation.component"));

        static bool IsTraced(NatsMsg<byte[]> message) => string.Equals(message.Subject, "events.data.1", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PortType.Nats)]
    [InlineData(PortType.Jetstream)]
    public async Task When_nobody_listens_the_trace_goes_on_as_it_came(PortType type)
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        var output = new OutputPortSettings { Name = "ws_data", Subject = "federated.data",
            Type = type, Stream = new StreamSettings { Name = "s", Create = true } };
        await using var node = await TestNode.StartAsync(
            nats.Url, component => component with { Ports = new PortsSettings { Outputs = [output] } });
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        await peer.SendAsync($$"""{"type":"data","id":"1","traceparent":"{{Trace}}","payload":1}""");
        await peer.SendAsync("""{"type":"data","id":"2","traceparent":"00-1-2-3","payload":2}""");
        await peer.SendAsync(TestPeer.Data("3", "3"));

        await subscriber.CountAsync(3);
        Assert.Equal([Trace, null, null], subscriber.Messages.Select(
            static message => message.Headers!.TryGetValue("traceparent", out var trace) ? trace.ToString() : null));
        Assert.Equal(0, await node.MetricAsync("errors_total", "type=\"parse_error\""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_carries_its_trace_in_both_directions(bool listens)
    {
        using var spans = listens ? new SpanList(static parent => parent != default) : null;
        await using var nats = await NatsServer.StartAsync();
        await using var node = await TestNode.StartAsync(nats.Url, static component => component with
        {
            Ports = component.Ports with { Outputs = [
                .. component.Ports.Outputs, new OutputPortSettings { Name = "ws_control", Subject = "federated.control" }] },
        });
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.control.request");
        await using var caller = new NatsConnection(new NatsOpts { Url = nats.Url });
        await using var peer = await TestPeer.ConnectAsync(
            node.Url, static options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));
        await node.WhenAsync(static report => report.Ready, "ready");
        await using var prober = await NatsCaller.StartAsync(nats.Url);
        await prober.WhenAnsweredAsync("federated.control.peers", "");

        JsonElement? request = null;
        await Eventually.TrueAsync(
            async () =>
            {
                // A subscription takes a moment to be known.
                await caller.PublishAsync(
                    "federated.control.send.edge-7", """{"method":"inventory"}""", new NatsHeaders { ["traceparent"] = Trace });
                await caller.PingAsync();
                return peer.Received.TryRead(out var first) && (request = first) is not null;
            },
            "the request at the peer");
        await peer.SendAsync($$$"""{"type":"reply","id":"{{{request!.Value.GetProperty("id").GetString()}}}","payload":{"status":"ok"}}""");
        await peer.SendAsync($$$"""{"type":"request","id":"r","traceparent":"{{{Trace}}}","payload":{"method":"price"}}""");
        await subscriber.CountAsync(1);

        var asked = request.Value.GetProperty("traceparent").GetString()!;
        var offered = subscriber.Messages.First().Headers!["traceparent"].ToString();
        if (spans is null)
        {
            Assert.Equal((Trace, Trace), (asked, offered));
            return;
        }

        await Eventually.TrueAsync(() => spans.Of(TraceId).Any(
            static span => string.Equals(span.OperationName, "request", StringComparison.Ordinal)), "the span of the answered request");
        Assert.All([asked, offered], text =>
        {
            Assert.StartsWith($"00-{TraceId}-", text, StringComparison.Ordinal);
            Assert.DoesNotContain(Sender, text, StringComparison.Ordinal);
        });
        Assert.Contains(spans.Of(TraceId), span => asked.Contains(span.SpanId.ToString(), StringComparison.Ordinal) && string.Equals(
            span.ParentSpanId.ToString(), Sender, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PortType.Nats)]
    [InlineData(PortType.Jetstream)]
    public async Task When_the_client_library_is_listened_to_its_span_is_below_ours_and_no_message_stops_others(PortType type)
    {
        using var library = new ActivityListener
        {
            ShouldListenTo = static source => string.Equals(source.Name, "NATS.Net", StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(library);
        using var spans = new SpanList(static parent => parent != default);
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true, ConfigText = "max_payload: 2000" });
        var output = new OutputPortSettings { Name = "ws_data", Subject = "federated.data",
            Type = type, Stream = new StreamSettings { Name = "s", Create = true } };
        await using var node = await TestNode.StartAsync(
            nats.Url, component => component with { Ports = new PortsSettings { Outputs = [output] } });
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        await using var peer = await TestPeer.ConnectAsync(
            node.Url, static options => options.SetRequestHeader("X-Federation-Peer", "edge-7"));

        // Between the two sizes the library makes too large what fits without its header.
        foreach (var size in Enumerable.Range(170, 20).Select(static tens => tens * 10))
        {
            await peer.SendAsync(TestPeer.Data($"{size}", $"\"{new string('x', size)}\""));
            var answer = await peer.ReceiveAsync();
            Assert.Equal($"{size}", answer.GetProperty("id").GetString());
            Assert.True(answer.GetProperty("type").ValueEquals("ack")
                || answer.GetProperty("payload").GetProperty("reason").ValueEquals("too_large"), $"{answer}");
        }

        await peer.SendAsync($$"""{"type":"data","id":"last","traceparent":"{{Trace}}","payload":1}""");
        Assert.Equal("last", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        await Eventually.TrueAsync(
            () => subscriber.Messages.Any(static message => message.Headers!["traceparent"].ToString().Contains(
                TraceId, StringComparison.Ordinal)), "the last message at the subscriber");
        var headers = subscriber.Messages.Select(static message => message.Headers!["traceparent"].ToString()).ToList();
        Assert.Distinct(headers);
        Assert.StartsWith($"00-{TraceId}-", headers[^1], StringComparison.Ordinal);
        Assert.Equal(0, await node.MetricAsync("errors_total", "type=\"publish_failed\""));
    }
}
