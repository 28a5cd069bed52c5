using Federation.Actors.Protocol;
using Federation.Actors.Sockets;

namespace Federation.Actors.Tests.Connections;

/// <summary>A connection of a component whose requests are off.</summary>
public sealed class ConnectionWithoutRequestsTests() : ConnectionKit(requests: false)
{
    [Fact]
    public void A_request_is_refused_as_not_supported_and_other_controls_are_not_answered()
    {
        Socket.Send(
            """{"type":"ack","id":"a"}""",
            """{"type":"nack","id":"b"}""",
            """{"type":"slow","id":"c"}""",
            """{"type":"reply","id":"d","payload":{}}""",
            """{"type":"request","payload":{"method":"status","params":{}}}""",
            """{"type":"request","id":"req-\/1","payload":{"method":"status","params":{}}}""");

        const string refusal = """{"status":"error","error":{"code":"not_supported","message":"requests are disabled"}}""";
        Assert.Equal([$$"""{"type":"reply","id":"req-\/1","timestamp":{{UnixTime}},"payload":{{refusal}}}"""], Written());
        foreach (var type in (EnvelopeType[])[EnvelopeType.Ack, EnvelopeType.Nack, EnvelopeType.Slow, EnvelopeType.Reply])
        {
            Assert.Equal(1, Metrics.Received(type).Value);
        }

        Assert.Equal(2, Metrics.Received(EnvelopeType.Request).Value);
    }

    [Fact]
    public void Batches_of_controls_only_give_their_credit_back()
    {
        for (var round = 0; round < SocketPump.Credits * 3; round++)
        {
            Socket.Send($$"""{"type":"request","id":"{{round}}"}""");
            Assert.Equal([("reply", $"{round}")], Answers());
        }
    }
}
