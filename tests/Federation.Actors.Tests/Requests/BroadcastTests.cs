using System.Globalization;
using System.Text;
using Akka.Actor;
using Federation.Actors.Messages;

namespace Federation.Actors.Tests.Requests;

/// <summary>Requests of the node's own to all its peers.</summary>
public sealed class BroadcastTests : CorrelationKit
{
    private const string Third = """{"method":"backpressure","params":3}""";
    private const string Half = """{"method":"backpressure","params":2}""";
    private const string Refused = """{"status":"error","error":{"code":"not_supported","message":"no"}}""";

    [Fact]
    public void Every_peer_is_asked_for_its_part()
    {
        Start(control: false);
        var probes = new[] { Connect("a"), Connect("b"), Connect("b", isFirst: false) };

        Broadcast();

        Assert.All(probes, probe => ExpectRequest(probe, Third));
        ExpectSilence(probes);
    }

    [Theory]
    [InlineData(Refused)]
    [InlineData("5")]
    public void A_peer_that_does_not_obey_is_not_asked_again_and_the_others_share(string answer)
    {
        Start(control: false);
        var deaf = Connect("a");
        var well = new[] { Connect("b"), Connect("c") };
        Broadcast();
        Assert.All(well, probe => ArriveReply(probe, ExpectRequest(probe, Third)));
        ArriveReply(deaf, ExpectRequest(deaf, Third), answer);

        Broadcast();

        Assert.All(well, probe => ExpectRequest(probe, Half));
        ExpectSilence(deaf);
    }

    [Fact]
    public void A_peer_that_never_answers_is_not_asked_again()
    {
        Start(control: false);
        var deaf = Connect("a");
        var well = new[] { Connect("b"), Connect("c") };
        Broadcast();
        Assert.All(well, probe => ArriveReply(probe, ExpectRequest(probe, Third)));
        ExpectRequest(deaf, Third);
        Advance(RequestTimeout);

        Broadcast();

        Assert.All(well, probe => ExpectRequest(probe, Half));
        ExpectSilence(deaf);
    }

    [Fact]
    public void A_closing_connection_is_not_asked()
    {
        Start(control: false);
        var closing = Connect("a");
        var well = new[] { Connect("b"), Connect("c") };
        Close(closing);

        Broadcast();

        Assert.All(well, probe => ExpectRequest(probe, Half));
        ExpectSilence(closing);
    }

    private void Broadcast() => Requests.Tell(new RequestProtocol.Broadcast(
        "backpressure", peers => Encoding.UTF8.GetBytes(peers.ToString(CultureInfo.InvariantCulture))));
}
