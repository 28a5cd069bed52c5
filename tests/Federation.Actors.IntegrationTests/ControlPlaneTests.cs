using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;

namespace Federation.Actors.IntegrationTests;

/// <summary>Requests and replies between peers, NATS services and code.</summary>
[Trait("Servers", "All")]
public sealed class ControlPlaneTests : IAsyncLifetime
{
    private NatsServer _nats = null!;
    private NatsCaller _caller = null!;

    public async Task InitializeAsync()
    {
        _nats = await NatsServer.StartAsync();
        _caller = await NatsCaller.StartAsync(_nats.Url);
    }

    public async Task DisposeAsync()
    {
        await _caller.DisposeAsync();
        await _nats.DisposeAsync();
    }

    [Fact]
    public async Task A_nats_request_reaches_the_peer_and_its_reply_is_the_answer()
    {
        await using var node = await StartAsync();
        await using var peer = await ConnectAsync(node, "edge-7");

        var asking = _caller.WhenAnsweredAsync("federated.control.send.edge-7", """{"method":"inventory","params":{"shelf":3}}""");
        var request = await peer.ReceiveAsync("request");
        Assert.Equal("""{"method":"inventory","params":{"shelf":3}}""", request.GetProperty("payload").GetRawText());
        await peer.SendAsync(Reply(request, """{"status":"ok","result":{"boxes":[1,2]}}"""));

        Assert.Equal("""{"status":"ok","result":{"boxes":[1,2]}}""", (await asking).GetRawText());
        Assert.Equal(1, await node.MetricAsync("requests_sent_total", "method=\"other\""));
        Assert.Equal(1, await node.MetricAsync("replies_received_total", "status=\"ok\""));
        Assert.Equal(1, await node.MetricAsync("request_duration_seconds_count"));
    }

    [Fact]
    public async Task A_reply_of_nearly_one_mebibyte_passes()
    {
        await using var node = await StartAsync(
            static component => component with { Connection = component.Connection with { MaxMessageSize = 2 << 20 } });
        await using var peer = await ConnectAsync(node, "edge-7");
        var result = new string('x', (1 << 20) - 100);

        var asking = _caller.WhenAnsweredAsync("federated.control.send.edge-7", """{"method":"dump"}""");
        await peer.SendAsync(Reply(await peer.ReceiveAsync("request"), $$"""{"status":"ok","result":"{{result}}"}"""));

        Assert.Equal(result, (await asking).GetProperty("result").GetString());
        var larger = _caller.RequestAsync("federated.control.send.edge-7", """{"method":"dump"}""");
        await peer.SendAsync(Reply(await peer.ReceiveAsync("request"), $$"""{"status":"ok","result":"{{result + result[..200]}}"}"""));
        Assert.Equal("too_large", Code(await larger));
    }

    [Theory]
    [InlineData("", "invalid_request", "no payload")]
    [InlineData("status", "invalid_request", "not JSON")]
    [InlineData("[1]", "invalid_request", "an array")]
    [InlineData("{}", "invalid_request", "the method is missing")]
    [InlineData("""{"method":5}""", "invalid_request", "the method is a number")]
    public async Task A_bad_request_gets_an_error_that_says_what_was_wrong(string payload, string code, string message)
    {
        await using var node = await StartAsync();
        await using var peer = await ConnectAsync(node, "edge-7");

        var answer = await _caller.WhenAnsweredAsync("federated.control.send.edge-7", payload);

        Assert.Equal(code, Code(answer));
        Assert.Contains(message, answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_for_a_peer_that_nobody_has_hears_it_at_once()
    {
        await using var node = await StartAsync();
        await using (await ConnectAsync(node, "edge-7"))
        {
            await WhenOfferedAsync("edge-7");
            await Assert.ThrowsAsync<NatsNoRespondersException>(
                () => _caller.RequestAsync("federated.control.send.edge-8", """{"method":"status"}"""));
        }

        // A request that is on its way while the peer leaves is lost, as core NATS loses messages.
        var moment = TimeSpan.FromMilliseconds(200);
        await Eventually.TrueAsync(
            async () => await Record.ExceptionAsync(() =>
                _caller.RequestAsync("federated.control.send.edge-7", """{"method":"status"}""", moment)) is NatsNoRespondersException,
            "the peer is gone from NATS");
    }

    [Fact]
    public async Task What_a_peer_asks_reaches_a_nats_service_and_the_answer_goes_back()
    {
        await using var node = await StartAsync();
        var seen = new ConcurrentQueue<NatsHeaders?>();
        await _caller.ServeAsync("federated.control.request", message =>
        {
            seen.Enqueue(message.Headers);
            return Encoding.UTF8.GetString(message.Data!).Contains("refuse", StringComparison.Ordinal)
                ? ("", new NatsHeaders { ["Nats-Service-Error"] = "not today", ["Nats-Service-Error-Code"] = "409" })
                : ("""{"answer":42}""", null);
        });
        await using var peer = await ConnectAsync(node, "edge-7");
        await WhenOfferedAsync("edge-7");

        await peer.SendAsync("""{"type":"request","id":"r-\/1","timestamp":1,"payload":{"method":"lookup","params":{"key":"a"}}}""");
        var reply = await peer.ReceiveAsync("reply");
        await peer.SendAsync("""{"type":"request","id":"r2","timestamp":1,"payload":{"method":"refuse"}}""");
        var refusal = await peer.ReceiveAsync("reply");

        Assert.Equal("""{"status":"ok","result":{"answer":42}}""", reply.GetProperty("payload").GetRawText());
        Assert.Equal("""r-\/1""", reply.GetProperty("id").GetRawText().Trim('"'));
        Assert.Equal("""{"status":"error","error":{"code":"409","message":"not today"}}""", refusal.GetProperty("payload").GetRawText());
        Assert.Equal(2, seen.Count);
        var headers = seen.First()!;
        Assert.Equal(("edge-7", """r-\/1""", "lookup"),
            (headers["Federation-Peer"].ToString(), headers["Federation-Request-Id"].ToString(), headers["Federation-Method"].ToString()));
    }

    [Fact]
    public async Task A_method_that_nobody_serves_is_unknown_and_one_that_is_served_too_slowly_times_out()
    {
        await using var node = await StartAsync(static component =>
            component with { Bidirectional = new BidirectionalSettings { RequestTimeout = TimeSpan.FromMilliseconds(300) } });
        await using var peer = await ConnectAsync(node, "edge-7");
        await WhenOfferedAsync("edge-7");

        await peer.SendAsync("""{"type":"request","id":"1","payload":{"method":"lookup"}}""");
        Assert.Equal("unknown_method", Code((await peer.ReceiveAsync("reply")).GetProperty("payload")));

        await _caller.ServeAsync("federated.control.request", static _ => null);
        await peer.SendAsync("""{"type":"request","id":"2","payload":{"method":"lookup"}}""");
        Assert.Equal("timeout", Code((await peer.ReceiveAsync("reply")).GetProperty("payload")));
    }

    [Fact]
    public async Task Every_request_and_reply_of_a_peer_is_shown_once()
    {
        await using var node = await StartAsync();
        var requests = new ConcurrentQueue<(string Payload, string? ReplyTo)>();
        var replies = new ConcurrentQueue<string>();
        await _caller.ServeAsync("federated.control.request", message =>
        {
            requests.Enqueue((Encoding.UTF8.GetString(message.Data!), message.ReplyTo));
            return ("1", null);
        });
        await _caller.ServeAsync("federated.control.reply", message =>
        {
            replies.Enqueue($"{message.Headers!["Federation-Peer"]} {message.Headers["Federation-Request-Id"]} "
                + $"{Encoding.UTF8.GetString(message.Data!)}");
            return null;
        });
        await using var peer = await ConnectAsync(node, "edge-7");
        await WhenOfferedAsync("edge-7");
        requests.Clear();

        await peer.SendAsync("""{"type":"request","id":"1","payload":{"method":"status","params":{}}}""");
        await peer.SendAsync("""{"type":"request","id":"2","payload":{"method":"lookup"}}""");
        await peer.SendAsync("""{"type":"reply","id":"never-asked","payload":{"status":"ok","result":1}}""");

        await peer.ReceiveAsync("reply");
        await peer.ReceiveAsync("reply");
        await Eventually.TrueAsync(() => replies.Count == 1 && requests.Count == 2, "all of them");
        Assert.Equal("edge-7 never-asked {\"status\":\"ok\",\"result\":1}", Assert.Single(replies));
        Assert.Equal([("""{"method":"status","params":{}}""", false), ("""{"method":"lookup"}""", true)],
            requests.Select(static request => (request.Payload, request.ReplyTo is { Length: > 0 })));
        Assert.Equal(1, await node.MetricAsync("replies_received_total", "status=\"unknown\""));
    }

    [Fact]
    public async Task The_list_of_peers_says_who_they_are_and_what_they_have_announced()
    {
        await using var node = await StartAsync();
        await using var peer = await ConnectAsync(node, "edge-7");
        await using var other = await ConnectAsync(node, "edge-8");
        await peer.SendAsync(
            """{"type":"request","id":"1","payload":{"method":"announce","params":{"capabilities":{"region":"eu","max_rate":100}}}}""");
        Assert.Equal("""{"status":"ok","result":{"registered":true,"routing_updated":false}}""", (await peer.ReceiveAsync("reply"))
            .GetProperty("payload").GetRawText());

        var result = (await _caller.WhenAnsweredAsync("federated.control.peers", "")).GetProperty("result");

        Assert.Equal("edge-in", result.GetProperty("component").GetString());
        var peers = result.GetProperty("peers").EnumerateArray().ToArray();
        Assert.Equal(["edge-7", "edge-8"], peers.Select(static entry => entry.GetProperty("identity").GetString()));
        Assert.Equal("""{"region":"eu","max_rate":100}""", peers[0].GetProperty("capabilities").GetRawText());
        Assert.Equal("connected", peers[0].GetProperty("state").GetString());
        Assert.StartsWith("127.0.0.1:", peers[0].GetProperty("address").GetString(), StringComparison.Ordinal);
        Assert.InRange(peers[0].GetProperty("since").GetInt64(),
            DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeMilliseconds(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_peer_that_came_while_nats_was_away_can_be_asked_when_it_is_back()
    {
        await using var node = await StartAsync();
        await using var first = await ConnectAsync(node, "edge-7");
        await WhenOfferedAsync("edge-7");
        await _nats.StopAsync();
        await using var second = await ConnectAsync(node, "edge-8");
        await second.SendAsync("""{"type":"request","id":"1","payload":{"method":"lookup"}}""");
        Assert.Equal("bus_unavailable", Code((await second.ReceiveAsync("reply")).GetProperty("payload")));

        await _nats.RestartAsync();

        await using var caller = await NatsCaller.StartAsync(_nats.Url);
        Assert.Equal("invalid_request", Code(await caller.WhenAnsweredAsync("federated.control.send.edge-7", "{}")));
        Assert.Equal("invalid_request", Code(await caller.WhenAnsweredAsync("federated.control.send.edge-8", "{}")));
    }

    [Fact]
    public async Task A_hub_asks_an_edge_node_for_its_status_over_nats_and_from_code()
    {
        await using var hub = await StartAsync();
        await using var edge = await TestNode.StartAsync(new FederationSettings
        {
            NodeId = "edge-7",
            Nats = new NatsSettings { Url = _nats.Url },
            Components = [TestNode.Component(
                "uplink") with { Mode = ComponentMode.Client, Client = new ClientSettings { Url = hub.Url.ToString() } }],
        });

        var answer = await _caller.WhenAnsweredAsync("federated.control.send.edge-7-uplink", """{"method":"status"}""");
        var status = await hub.Federation.StatusAsync("edge-in", "edge-7-uplink");
        var back = await edge.Federation.StatusAsync("uplink", $"127_0_0_1_{hub.Url.Port}");

        Assert.Equal("ok", answer.GetProperty("status").GetString());
        Assert.Equal("msg/sec", answer.GetProperty("result").GetProperty("throughput").GetProperty("unit").GetString());
        Assert.Equal((0, 1), (status.QueueDepth, status.Connections));
        Assert.Equal(1, back.Connections);
        var refused = await Assert.ThrowsAsync<PeerRequestException>(
            () => hub.Federation.BackpressureAsync("edge-in", "edge-7-uplink", 100));
        Assert.Equal(RequestErrors.NotSupported, refused.Code);
    }

    [Fact]
    public async Task Code_hears_why_there_is_no_result()
    {
        await using var node = await StartAsync();
        await using var peer = await ConnectAsync(node, "edge-7");
        await _caller.WhenAnsweredAsync("federated.control.send.edge-7", "{}");
        var federation = node.Federation;

        Assert.Equal(RequestErrors.UnknownComponent, await CodeOfAsync(federation.RequestAsync("nothing", "edge-7", "status")));
        Assert.Equal(RequestErrors.UnknownPeer, await CodeOfAsync(federation.RequestAsync("edge-in", "edge-8", "status")));
        Assert.Equal(RequestErrors.Timeout, await CodeOfAsync(
            federation.RequestAsync("edge-in", "edge-7", "status", timeout: TimeSpan.FromMilliseconds(100))));
        var pending = federation.RequestAsync("edge-in", "edge-7", "status");
        await peer.ReceiveAsync("request");
        await peer.ReceiveAsync("request");
        await peer.CloseAsync();
        Assert.Equal(RequestErrors.ConnectionLost, await CodeOfAsync(pending));
        Assert.Equal(1, await node.MetricAsync("request_timeouts_total"));
    }

    [Fact]
    public async Task A_receiver_whose_queue_fills_asks_its_peers_to_send_slower_and_lifts_that_later()
    {
        await using var node = await StartAsync(
            static component => component with { Backpressure = new BackpressureSettings { QueueSize = 100,
                OnFull = OverflowPolicy.Block, RequestUpstream = true } });
        await using var peer = await ConnectAsync(node, "edge-7");
        _nats.Suspend();

        for (var i = 0; i < 90; i++)
        {
            await peer.SendAsync(TestPeer.Data($"m-{i}", "1"));
        }

        var request = (await peer.ReceiveAsync("request")).GetProperty("payload");
        Assert.Equal("backpressure", request.GetProperty("method").GetString());
        Assert.Equal("msg/sec", request.GetProperty("params").GetProperty("unit").GetString());
        Assert.True(request.GetProperty("params").GetProperty("rate_limit").GetDouble() > 0);
        _nats.Resume();
        Assert.Equal("m-0", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
    }

    private static async Task<string> CodeOfAsync(Task request) => (await Assert.ThrowsAsync<PeerRequestException>(() => request)).Code;

    private static string Code(JsonElement reply) => reply.GetProperty("error").GetProperty("code").GetString()!;

    private static string Reply(JsonElement request, string payload) =>
        $$"""{"type":"reply","id":{{request.GetProperty("id").GetRawText()}},"timestamp":1,"payload":{{payload}}}""";

    private static Task<TestPeer> ConnectAsync(TestNode node, string name) =>
        TestPeer.ConnectAsync(node.Url, options => options.SetRequestHeader("X-Federation-Peer", name));

    /// <summary>A question without a method is answered by the node, and bothers nobody.</summary>
    private Task<JsonElement> WhenOfferedAsync(string peer) => _caller.WhenAnsweredAsync($"federated.control.send.{peer}", "{}");

    private Task<TestNode> StartAsync(Func<ComponentSettings, ComponentSettings>? change = null) =>
        TestNode.StartAsync(_nats.Url, component =>
    {
        component = component with
        {
            Ports = new PortsSettings
            {
                Outputs =
                [
                    new OutputPortSettings { Name = "ws_data", Subject = "federated.data" },
                    new OutputPortSettings { Name = "ws_control", Subject = "federated.control" },
                ],
            },
        };
        return change is null ? component : change(component);
    });
}
