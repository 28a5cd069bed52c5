using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Messages;

namespace Federation.Actors.Tests.Hosting;

/// <summary>A node whose supervisor is a probe.</summary>
public abstract class FederationNodeKit : VirtualTimeKit
{
    private TestProbe? _root;
    private IFederation? _node;

    private protected TestProbe Root => _root ??= CreateTestProbe("root");

    private protected IFederation Node => _node ??= Started(Root);

    /// <summary>The next call, and the JSON of its parameters.</summary>
    private protected (RequestProtocol.Call Call, string Parameters) ExpectCall()
    {
        var call = Root.ExpectMsg<RequestProtocol.Call>();
        return (call, Encoding.UTF8.GetString(call.Parameters.Span));
    }

    private protected void Reply(string payload) => Root.Reply(RequestOutcome.Replied(Encoding.UTF8.GetBytes(payload)));

    private static FederationNode Started(IActorRef root)
    {
        var node = new FederationNode("node");
        node.Start(new FederationSettings(), () => root);
        return node;
    }

    private protected void ReplyOk(string result) => Reply($$"""{"status":"ok","result":{{result}}}""");
}
