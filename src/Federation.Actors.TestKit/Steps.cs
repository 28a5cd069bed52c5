namespace Federation.Actors.TestKit;

/// <summary>The steps of scenarios: what peers, buses and dials do, and what comes of it.</summary>
public static class Steps
{
    /// <summary>A peer sends a data envelope; see <see cref="TestPeer.Send"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="payload">JSON.</param>
    public static ScenarioStep Sends(this TestPeer peer, string id, string payload = "{}") =>
        new($"{peer} sends {id}", () => peer.Send(id, payload));

    /// <summary>A peer gets an ack; see <see cref="TestPeer.ExpectAck"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="id">The message's id.</param>
    public static ScenarioStep GetsAck(this TestPeer peer, string id) => new($"{peer} gets the ack of {id}", () => peer.ExpectAck(id));

    /// <summary>A peer gets a nack; see <see cref="TestPeer.ExpectNack"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="reason">Why; null: for whatever reason.</param>
    public static ScenarioStep GetsNack(this TestPeer peer, string id, string? reason = null) =>
        new($"{peer} gets the nack of {id}{(reason is null ? "" : $" with {reason}")}", () => peer.ExpectNack(id, reason));

    /// <summary>A peer hears that the node is slow; see <see cref="TestPeer.ExpectSlow"/>.</summary>
    /// <param name="peer">The peer.</param>
    public static ScenarioStep GetsSlow(this TestPeer peer) => new($"{peer} gets a slow signal", () => peer.ExpectSlow());

    /// <summary>A peer gets nothing; see <see cref="TestPeer.ExpectNothing"/>.</summary>
    /// <param name="peer">The peer.</param>
    public static ScenarioStep GetsNothing(this TestPeer peer) => new($"{peer} gets nothing", peer.ExpectNothing);

    /// <summary>A peer gets a message and acks it; see <see cref="TestPeer.ExpectData"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="payload">JSON.</param>
    public static ScenarioStep Takes(this TestPeer peer, string payload) =>
        new($"{peer} gets and acks {payload}", () => peer.ExpectData(payload).Ack());

    /// <summary>A peer gets a message and nacks it; see <see cref="TestPeer.ExpectData"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="payload">JSON.</param>
    /// <param name="reason">Why.</param>
    public static ScenarioStep Rejects(this TestPeer peer, string payload, string reason = "queue_full") =>
        new($"{peer} gets and nacks {payload}", () => peer.ExpectData(payload).Nack(reason));

    /// <summary>A peer gets a message and leaves it unanswered; see <see cref="TestPeer.ExpectData"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="payload">JSON.</param>
    public static ScenarioStep Gets(this TestPeer peer, string payload) => new($"{peer} gets {payload}", () => peer.ExpectData(payload));

    /// <summary>A peer is asked and replies; see <see cref="TestPeer.ExpectRequest"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="method">What is asked.</param>
    /// <param name="result">JSON.</param>
    public static ScenarioStep Replies(this TestPeer peer, string method, string result) =>
        new($"{peer} receives a request for {method} and replies", () => peer.ExpectRequest(method).Reply(result));

    /// <summary>A peer reads no more; see <see cref="TestPeer.Stall"/>.</summary>
    /// <param name="peer">The peer.</param>
    public static ScenarioStep Stalls(this TestPeer peer) => new($"{peer} stalls", peer.Stall);

    /// <summary>A peer reads again; see <see cref="TestPeer.Resume"/>.</summary>
    /// <param name="peer">The peer.</param>
    public static ScenarioStep Resumes(this TestPeer peer) => new($"{peer} resumes", peer.Resume);

    /// <summary>A peer's connection is lost; see <see cref="TestPeer.Cut"/>.</summary>
    /// <param name="peer">The peer.</param>
    public static ScenarioStep IsCut(this TestPeer peer) => new($"{peer} is cut", peer.Cut);

    /// <summary>A peer closes; see <see cref="TestPeer.Close"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="code">The close status.</param>
    public static ScenarioStep Closes(this TestPeer peer, int code = 1000) => new($"{peer} closes with {code}", () => peer.Close(code));

    /// <summary>A peer is closed; see <see cref="TestPeer.ExpectClosed"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="code">The close status.</param>
    public static ScenarioStep IsClosed(this TestPeer peer, int code) =>
        new($"{peer} is closed with {code}", () => _ = peer.ExpectClosed(code));

    /// <summary>The bus has got a message; see <see cref="TestBus.ExpectPublished"/>.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="subject">Where.</param>
    /// <param name="payload">What, byte for byte; null: anything.</param>
    public static ScenarioStep Received(this TestBus bus, string subject, string? payload = null) =>
        new($"the bus has received {subject}{(payload is null ? "" : $" {payload}")}", () => bus.ExpectPublished(subject, payload));

    /// <summary>The bus has got nothing more; see <see cref="TestBus.ExpectNothingPublished"/>.</summary>
    /// <param name="bus">The bus.</param>
    public static ScenarioStep ReceivedNothing(this TestBus bus) => new("the bus has received nothing", bus.ExpectNothingPublished);

    /// <summary>Somebody publishes; see <see cref="TestBus.Publish"/>.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="subject">Where.</param>
    /// <param name="payload">What.</param>
    public static ScenarioStep Publishes(this TestBus bus, string subject, string payload) =>
        new($"the bus has {subject} {payload}", () => bus.Publish(subject, payload));

    /// <summary>The bus refuses a subject; see <see cref="TestBus.Refuse"/>.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="subject">Wildcards allowed.</param>
    public static ScenarioStep Refuses(this TestBus bus, string subject) => new($"the bus refuses {subject}", () => bus.Refuse(subject));

    /// <summary>The bus does not confirm; see <see cref="TestBus.HoldConfirms"/>.</summary>
    /// <param name="bus">The bus.</param>
    public static ScenarioStep HoldsConfirms(this TestBus bus) => new("the bus holds back its confirms", bus.HoldConfirms);

    /// <summary>The bus confirms; see <see cref="TestBus.Release"/>.</summary>
    /// <param name="bus">The bus.</param>
    public static ScenarioStep Confirms(this TestBus bus) => new("the bus confirms what it has", bus.Release);

    /// <summary>The bus goes away; see <see cref="TestBus.GoAway"/>.</summary>
    /// <param name="bus">The bus.</param>
    public static ScenarioStep GoesAway(this TestBus bus) => new("the bus goes away", () => bus.GoAway());

    /// <summary>The bus comes back, and the component finds out; see <see cref="TestBus.ComeBack"/>. Moves the clock by <see
    /// cref="TestBus.LongestPause"/>.</summary>
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

    /// <summary>The component dials again when a pause is over, and is refused; see <see cref="TestComponent.ExpectDialAfter"/>.</summary>
    /// <param name="component">The component.</param>
    /// <param name="pause">How long after now, exact only without jitter.</param>
    public static ScenarioStep IsRefusedAfter(this TestComponent component, TimeSpan pause) =>
        new($"{component} dials after {pause.TotalSeconds:0.###} s and is refused", () => component.ExpectDialAfter(pause).Refuse());

    /// <summary>Time passes; see <see cref="FederationTestKit.Advance"/>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="time">How long.</param>
    public static ScenarioStep Passes(this FederationTestKit node, TimeSpan time) =>
        new($"{time.TotalSeconds:0.###} s pass", () => node.Advance(time));
}
