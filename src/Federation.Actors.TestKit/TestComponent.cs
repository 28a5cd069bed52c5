using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.TestKit;

/// <summary>One component of a node under test: its peers on one side, its bus on the other.</summary>
/// <remarks>For the test's thread. <see cref="FederationTestKit.Component"/> gives it.</remarks>
public sealed class TestComponent
{
    private readonly FederationTestKit _kit;
    private readonly ComponentSettings _settings;
    private readonly Journal<TestDial> _dials = new();

    internal TestComponent(FederationTestKit kit, FederationSettings node, ComponentSettings settings)
    {
        _kit = kit;
        _settings = settings;
        Bus = new TestBus(kit, node, settings);
    }

    /// <summary>Its name.</summary>
    public string Name => _settings.Name;

    /// <summary>Where it publishes what its peers send, and takes what it sends to them. Up from the start, and confirms at once.</summary>
    public TestBus Bus { get; }

    /// <summary>A peer connects.</summary>
    /// <param name="name">The name it is known by also after it comes again: 1 to 64 of <c>A-Za-z0-9_-</c>. It is vouched for when a
    /// token of the component has it. Null: it has none and gets <c>client-1</c> and so on.</param>
    /// <exception cref="InvalidOperationException">The component dials: it is in client mode.</exception>
    /// <exception cref="ArgumentException">The name is not valid, or is one that the node gives to peers without a name.</exception>
    public TestPeer Connect(string? name = null)
    {
        if (_settings.Mode == ComponentMode.Client)
        {
            throw new InvalidOperationException(
                $"{Name} is in client mode and accepts no connections; accept its dial instead: ExpectDial().Accept()");
        }

        if (name is not null && (!PeerIdentity.IsValid(name) || NodeName.IsGenerated(name)))
        {
            throw new ArgumentException(
                $"{name} is not a valid peer name; expected 1 to 64 of A-Za-z0-9_-, not client-1 and the like", nameof(name));
        }

        var isOfToken = _settings.Auth.Tokens.Any(token => string.Equals(token.Name, name, StringComparison.Ordinal));
        var peer = NewPeer(name ?? _kit.Services.Unnamed.Next());
        _kit.Find(Name).Tell(new ConnectedPeer(peer.Socket, new PeerName(peer.Name, Lasting: name is not null) { Vouched = isOfToken }),
            Akka.Actor.ActorRefs.NoSender);
        _kit.Settle();
        return peer;
    }

    /// <summary>Expects that the component dials; the dial waits until it is accepted or refused.</summary>
    public TestDial ExpectDial() => _kit.Expect(_dials, $"{Name} to dial", static dial => dial);

    /// <summary>Expects that no dial is under way but those that were expected.</summary>
    public void ExpectNoDial() => _kit.ExpectNothing(_dials, $"that {Name} dials");

    /// <summary>Moves the clock, and expects that the component dials when this pause is over and not a millisecond before.</summary>
    /// <param name="pause">How long after now. Exact only with <c>client.reconnect.jitter = 0</c>.</param>
    public TestDial ExpectDialAfter(TimeSpan pause)
    {
        var last = TimeSpan.FromMilliseconds(1);
        _kit.Advance(pause - last);
        ExpectNoDial();
        _kit.Advance(last);
        return ExpectDial();
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal void Fail(string message) => _kit.Fail(message);

    internal Task<ConnectedPeer> Dial(Uri url, CancellationToken cancel)
    {
        var dial = new TestDial(_kit, url, NewPeer);
        cancel.Register(dial.Cancel);
        _dials.Add(dial);
        return dial.Result;
    }

    private TestPeer NewPeer(string name)
    {
        var peer = new TestPeer(_kit, name);
        var backpressure = _settings.Backpressure;
        _kit.Readers.Add(peer.Socket, mayBeHeldBack: _settings.Ports.Data is not null && (
            !backpressure.Enabled || backpressure.OnFull == OverflowPolicy.Block));
        return peer;
    }
}
