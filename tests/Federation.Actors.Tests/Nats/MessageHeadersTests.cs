using System.Text;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using NATS.Client.Core;

namespace Federation.Actors.Tests.Nats;

public sealed class MessageHeadersTests
{
    private static readonly PeerName Peer = new("edge-7", Lasting: true);

    private readonly MessageHeaders _headers = new(new BusPort("hub", "node-1", SubjectTemplate.Parse("a", "hub"), Headers: true));
    private readonly MessageHeaders _none = new(new BusPort("hub", "node-1", SubjectTemplate.Parse("a", "hub"), Headers: false));

    [Theory]
    [InlineData("", "node-1", "node-1")]
    [InlineData("[ ]", "node-1", "node-1")]
    [InlineData("""["a"]""", "a", "a,node-1")]
    [InlineData("""[ "a" , "b","c"]""", "a", "a,b,c,node-1")]
    public void They_name_the_first_node_and_all_that_were_passed(string via, string origin, string passed)
    {
        foreach (var id in new[] { null, "hub/edge-7/1" })
        {
            var headers = _headers.Of(Peer, id, Via(via), null, out var bytes)!;

            Assert.Equal(origin, headers["Federation-Origin"]);
            Assert.Equal(passed, headers["Federation-Via"]);
            Assert.Equal("edge-7", headers["Federation-Peer"]);
            Assert.Equal(id, headers.TryGetValue("Nats-Msg-Id", out var given) ? given.ToString() : null);
            Assert.Equal(Written(headers), bytes);
        }
    }

    [Fact]
    public void Those_that_name_nothing_of_the_message_are_made_once_for_a_peer()
    {
        var first = _headers.Of(Peer, null, default, null, out _);

        Assert.Same(first, _headers.Of(Peer, null, Via("[]"), null, out _));
        var passed = _headers.Of(Peer, null, Via("""["a"]"""), null, out _);
        Assert.NotSame(first, passed);
        Assert.Same(passed, _headers.Of(Peer, null, Via("""["a"]"""), null, out _));
        Assert.NotSame(passed, _headers.Of(Peer with { Identity = "edge-8" }, null, Via("""["a"]"""), null, out _));
        Assert.Equal("a,b,node-1", _headers.Of(Peer, null, Via("""["a","b"]"""), null, out _)!["Federation-Via"]);
        Assert.NotSame(first, _headers.Of(Peer with { Identity = "edge-8" }, null, default, null, out _));
        Assert.Equal("node-1", _headers.Of(Peer, null, default, null, out _)!["Federation-Via"]);
    }

    [Fact]
    public void A_trace_is_a_header_where_there_are_headers()
    {
        const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        _headers.Of(Peer, null, default, null, out var without);

        Assert.Equal(Trace, _headers.Of(Peer, null, default, Trace, out var with)!["traceparent"]);
        Assert.Equal("traceparent: ".Length + Trace.Length + 2, with - without);
        Assert.False(_headers.Of(Peer, null, default, null, out _)!.ContainsKey("traceparent"));
        Assert.Null(_none.Of(Peer, null, default, Trace, out _));
        Assert.False(_none.Of(Peer, "x", default, Trace, out _)!.ContainsKey("traceparent"));
    }

    [Fact]
    public void A_port_without_headers_names_no_nodes()
    {
        Assert.Null(_none.Of(Peer, null, Via("""["a"]"""), null, out var bytes));
        Assert.Equal(0, bytes);

        var headers = _none.Of(Peer, "x", Via("""["a"]"""), null, out bytes)!;
        Assert.Equal(["Nats-Msg-Id"], headers.Keys);
        Assert.Equal(Written(headers), bytes);
    }

    private static ViaIds Via(string json) => new(Encoding.UTF8.GetBytes(json));

    private static int Written(NatsHeaders headers) =>
        "NATS/1.0\r\n\r\n".Length + headers.Sum(header => $"{header.Key}: {header.Value}\r\n".Length);
}
