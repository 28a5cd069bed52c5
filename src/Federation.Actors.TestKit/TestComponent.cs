using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.TestKit;

/// <summary>One component of a node under test, with its peers and its bus.</summary>
/// <remarks>Returned by <see cref="FederationTestKit.Component"/>. Use it only from the thread of the test.</remarks>
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

    /// <summary>The name of the component.</summary>
    public string Name => _settings.Name;

    /// <summary>The bus of the component. It is available from the start, and confirms messages immediately.</summary>
    public TestBus Bus { get; }

    /// <summary>Connects a new peer.</summary>
    /// <param name="name">The fixed name of the peer: 1 to 64 of <c>A-Za-z0-9_-</c>. It counts as verified if a token of the component
    /// has the same name. Null: the peer gets a generated name such as <c>client-1</c>. The profile of the peer is
    /// <c>auth.profile</c>.</param>
    /// <exception cref="InvalidOperationException">The component is in client mode.</exception>
    /// <exception cref="ArgumentException">The name is invalid, or has the form of a generated name.</exception>
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
        var connected = new ConnectedPeer(peer.Socket, new PeerName(peer.Name, Lasting: name is not null) { Vouched = isOfToken })
            { Profile = _settings.Auth.ProfileOf(null) };
        _kit.Find(Name).Tell(connected, Akka.Actor.ActorRefs.NoSender);
        _kit.Settle();
        return peer;
    }

    /// <summary>Expects that the component dials. The dial is pending until the test accepts or refuses it.</summary>
    public TestDial ExpectDial() => _kit.Expect(_dials, $"{Name} to dial", static dial => dial);

    /// <summary>Expects that there is no further dial.</summary>
    public void ExpectNoDial() => _kit.ExpectNothing(_dials, $"that {Name} dials");

    /// <summary>Advances the clock, and expects that the component dials after exactly this delay.</summary>
    /// <param name="pause">The delay from now. Exact only with <c>client.reconnect.jitter = 0</c>.</param>
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
