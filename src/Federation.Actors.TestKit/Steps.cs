namespace Federation.Actors.TestKit;

/// <summary>The steps of scenarios: actions and expectations of peers, buses and dials.</summary>
public static class Steps
{
    /// <summary>A peer sends a data envelope; see <see cref="TestPeer.Send"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="payload">A JSON value.</param>
    public static ScenarioStep Sends(this TestPeer peer, string id, string payload = "{}") =>
        new($"{peer} sends {id}", () => peer.Send(id, payload));

    /// <summary>A peer gets an ack; see <see cref="TestPeer.ExpectAck"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="id">The message's id.</param>
    public static ScenarioStep GetsAck(this TestPeer peer, string id) => new($"{peer} gets the ack of {id}", () => peer.ExpectAck(id));

    /// <summary>A peer gets a nack; see <see cref="TestPeer.ExpectNack"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="reason">The expected reason; null: any.</param>
    public static ScenarioStep GetsNack(this TestPeer peer, string id, string? reason = null) =>
        new($"{peer} gets the nack of {id}{(reason is null ? "" : $" with {reason}")}", () => peer.ExpectNack(id, reason));

    /// <summary>A peer gets a <c>slow</c> signal; see <see cref="TestPeer.ExpectSlow"/>.</summary>
    /// <param name="peer">The peer.</param>
    public static ScenarioStep GetsSlow(this TestPeer peer) => new($"{peer} gets a slow signal", () => peer.ExpectSlow());

    /// <summary>A peer gets nothing; see <see cref="TestPeer.ExpectNothing"/>.</summary>
    /// <param name="peer">The peer.</param>
    public static ScenarioStep GetsNothing(this TestPeer peer) => new($"{peer} gets nothing", peer.ExpectNothing);

    /// <summary>A peer gets a message and acks it; see <see cref="TestPeer.ExpectData"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="payload">A JSON value.</param>
    public static ScenarioStep Takes(this TestPeer peer, string payload) =>
        new($"{peer} gets and acks {payload}", () => peer.ExpectData(payload).Ack());

    /// <summary>A peer gets a message and nacks it; see <see cref="TestPeer.ExpectData"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="payload">A JSON value.</param>
    /// <param name="reason">The reason.</param>
    public static ScenarioStep Rejects(this TestPeer peer, string payload, string reason = "queue_full") =>
        new($"{peer} gets and nacks {payload}", () => peer.ExpectData(payload).Nack(reason));

    /// <summary>A peer gets a message and does not answer it; see <see cref="TestPeer.ExpectData"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="payload">A JSON value.</param>
    public static ScenarioStep Gets(this TestPeer peer, string payload) => new($"{peer} gets {payload}", () => peer.ExpectData(payload));

    /// <summary>A peer gets a request and replies; see <see cref="TestPeer.ExpectRequest"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="method">The method of the request.</param>
    /// <param name="result">A JSON value.</param>
    public static ScenarioStep Replies(this TestPeer peer, string method, string result) =>
        new($"{peer} receives a request for {method} and replies", () => peer.ExpectRequest(method).Reply(result));

    /// <summary>A peer stops reading; see <see cref="TestPeer.Stall"/>.</summary>
    /// <param name="peer">The peer.</param>
    public static ScenarioStep Stalls(this TestPeer peer) => new($"{peer} stalls", peer.Stall);

    /// <summary>A peer reads again; see <see cref="TestPeer.Resume"/>.</summary>
    /// <param name="peer">The peer.</param>
    public static ScenarioStep Resumes(this TestPeer peer) => new($"{peer} resumes", peer.Resume);

    /// <summary>A peer's connection is lost; see <see cref="TestPeer.Cut"/>.</summary>
    /// <param name="peer">The peer.</param>
    public static ScenarioStep IsCut(this TestPeer peer) => new($"{peer} is cut", peer.Cut);

    /// <summary>A peer closes its connection; see <see cref="TestPeer.Close"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="code">The close status.</param>
    public static ScenarioStep Closes(this TestPeer peer, int code = 1000) => new($"{peer} closes with {code}", () => peer.Close(code));

    /// <summary>The node closes the connection of a peer; see <see cref="TestPeer.ExpectClosed"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="code">The close status.</param>
    public static ScenarioStep IsClosed(this TestPeer peer, int code) =>
        new($"{peer} is closed with {code}", () => _ = peer.ExpectClosed(code));

    /// <summary>The bus has received a message; see <see cref="TestBus.ExpectPublished"/>.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="payload">The exact payload; null: any.</param>
    public static ScenarioStep Received(this TestBus bus, string subject, string? payload = null) =>
        new($"the bus has received {subject}{(payload is null ? "" : $" {payload}")}", () => bus.ExpectPublished(subject, payload));

    /// <summary>The bus has received no further message; see <see cref="TestBus.ExpectNothingPublished"/>.</summary>
    /// <param name="bus">The bus.</param>
    public static ScenarioStep ReceivedNothing(this TestBus bus) => new("the bus has received nothing", bus.ExpectNothingPublished);

    /// <summary>A message is published on the bus; see <see cref="TestBus.Publish"/>.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="payload">The payload.</param>
    public static ScenarioStep Publishes(this TestBus bus, string subject, string payload) =>
        new($"the bus has {subject} {payload}", () => bus.Publish(subject, payload));

    /// <summary>The bus refuses a subject; see <see cref="TestBus.Refuse"/>.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="subject">The subject; wildcards are allowed.</param>
    public static ScenarioStep Refuses(this TestBus bus, string subject) => new($"the bus refuses {subject}", () => bus.Refuse(subject));

    /// <summary>The bus stops confirming messages; see <see cref="TestBus.HoldConfirms"/>.</summary>
    /// <param name="bus">The bus.</param>
    public static ScenarioStep HoldsConfirms(this TestBus bus) => new("the bus holds back its confirms", bus.HoldConfirms);

    /// <summary>The bus confirms all messages; see <see cref="TestBus.Release"/>.</summary>
    /// <param name="bus">The bus.</param>
    public static ScenarioStep Confirms(this TestBus bus) => new("the bus confirms what it has", bus.Release);

    /// <summary>The bus becomes unavailable; see <see cref="TestBus.GoAway"/>.</summary>
    /// <param name="bus">The bus.</param>
    public static ScenarioStep GoesAway(this TestBus bus) => new("the bus goes away", () => bus.GoAway());

    /// <summary>The bus becomes available again, and the component reconnects; see <see cref="TestBus.ComeBack"/>. Advances the clock by
    /// <see cref="TestBus.LongestPause"/>.</summary>
    /// <param name="bus">The bus.</param>
    public static ScenarioStep ComesBack(this TestBus bus) => new("the bus comes back", () =>
    {
        bus.ComeBack();
        bus.Advance(TestBus.LongestPause);
    });

    /// <summary>The component dials, and is refused; see <see cref="TestComponent.ExpectDial"/>.</summary>
    /// <param name="component">The component.</param>
    public static ScenarioStep IsRefused(this TestComponent component) =>
        new($"{component} dials and is refused", () => component.ExpectDial().Refuse());

    /// <summary>The component dials again after a delay, and is refused; see <see cref="TestComponent.ExpectDialAfter"/>.</summary>
    /// <param name="component">The component.</param>
    /// <param name="pause">The delay from now; exact only without jitter.</param>
    public static ScenarioStep IsRefusedAfter(this TestComponent component, TimeSpan pause) =>
        new($"{component} dials after {pause.TotalSeconds:0.###} s and is refused", () => component.ExpectDialAfter(pause).Refuse());

    /// <summary>Time passes; see <see cref="FederationTestKit.Advance"/>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="time">The time to advance.</param>
    public static ScenarioStep Passes(this FederationTestKit node, TimeSpan time) =>
        new($"{time.TotalSeconds:0.###} s pass", () => node.Advance(time));
}
