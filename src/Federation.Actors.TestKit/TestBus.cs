using System.Text;
using Federation.Actors.Diagnostics;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Sending;

namespace Federation.Actors.TestKit;

/// <summary>The in-memory bus of one component, controlled by the test.</summary>
/// <remarks><para>An output of type <c>jetstream</c> stores a message that a named peer resends only once; a <c>nats</c> output publishes
/// it again. An input of type <c>jetstream</c> keeps messages until a peer has acked them; messages of a <c>nats</c> input are lost if no
/// peer receives them. Ports of type <c>local</c> are real: code in the test's process consumes their messages and sends messages to
/// them. <see cref="FederationTestKit.Settle"/> does not wait for this code.</para> <para>Use the methods only from the thread of the
/// test.</para></remarks>
public sealed class TestBus
{
    private readonly FederationTestKit _kit;
    private readonly ComponentSettings _component;
    private readonly Lock _gate = new();
    private readonly Journal<GivenUpMessage> _givenUp = new();
    private readonly Dictionary<string, StoredInput> _streams;
    private readonly OutboundFactory _factory;
    private readonly OutboundSource _source = new("msg-");
    private readonly TestOutput _output;
    private readonly TestRequests _requests;
    private MemoryBus? _publisher;
    private MemoryEgressBus? _egress;
    private MemoryControlBus? _control;
    private string? _away;
    private long _number;

    internal TestBus(FederationTestKit kit, FederationSettings node, ComponentSettings component)
    {
        _kit = kit;
        _component = component;
        _factory = new OutboundFactory(node.NodeId, component.Egress.Subject);
        _streams = component.Ports.Inputs.Where(static port => port.Type == PortType.Jetstream)
            .ToDictionary(port => port.Name,
                port => new StoredInput(port, component, _factory, () => Clock.Of(kit.System).UtcNow), StringComparer.Ordinal);
        _output = new TestOutput(node, component);
        _requests = new TestRequests(kit, component.Name);
    }

    /// <summary>Maximum time, on the node's clock, until a component retries its lost bus: 2.4 seconds.</summary>
    public static TimeSpan LongestPause { get; } = PublisherActor.LongestPause * 1.2;

    /// <summary>All messages that were published so far, expected or not.</summary>
    public IReadOnlyList<PublishedMessage> Published => _output.Published.All;

    internal bool IsAway
    {
        get
        {
            lock (_gate)
            {
                return _away is not null;
            }
        }
    }

    /// <summary>Expects the next message that the component publishes.</summary>
    /// <param name="subject">The expected subject.</param>
    /// <param name="payload">The expected payload, byte for byte; null: any.</param>
    public PublishedMessage ExpectPublished(string subject, string? payload = null) => _kit.Expect(
        _output.Published,
        $"{_component.Name} to publish {subject}{(payload is null ? "" : $" {payload}")}",
        found => string.Equals(found.Subject, subject, StringComparison.Ordinal)
            && (payload is null || string.Equals(found.Payload, payload, StringComparison.Ordinal)) ? found : null);

    /// <summary>Expects that no further message was published.</summary>
    public void ExpectNothingPublished() => _kit.ExpectNothing(_output.Published, $"to be published by {_component.Name}");

    /// <summary>Expects that the component gives up a message to a peer.</summary>
    /// <param name="subject">The expected subject.</param>
    /// <param name="reason">The expected reason; null: any.</param>
    public GivenUpMessage ExpectGivenUp(string subject, string? reason = null) => _kit.Expect(
        _givenUp,
        $"{_component.Name} to give up {subject}{(reason is null ? "" : $" for {reason}")}",
        found => string.Equals(found.Subject, subject, StringComparison.Ordinal)
            && (reason is null || string.Equals(found.Reason, reason, StringComparison.Ordinal)) ? found : null);

    /// <summary>Refuses a subject from now on: messages to it are nacked.</summary>
    /// <param name="subject">A subject; wildcards are allowed.</param>
    /// <param name="error">The error, one sentence.</param>
    /// <exception cref="ArgumentException">The subject is invalid.</exception>
    public void Refuse(string subject, string error = "the bus refuses it")
    {
        var pattern = SubjectPattern.TryParse(subject, out var parsed)
            ? parsed : throw new ArgumentException($"{subject} is not a subject", nameof(subject));
        Do(() => _output.Refusals.Add((pattern, error)));
    }

    /// <summary>Refuses the next messages, which are nacked.</summary>
    /// <param name="messages">The number of messages.</param>
    public void RefuseNext(int messages = 1) => Do(() => _output.RefuseNext = messages);

    /// <summary>Lets the next writes and their connection fail. The component retries within <see cref="LongestPause"/>.</summary>
    /// <param name="writes">The number of writes.</param>
    public void FailNext(int writes = 1) => Do(() => _output.FailNext = writes);

    /// <summary>Accepts messages without confirming them until <see cref="Release"/>.</summary>
    public void HoldConfirms() => Do(_output.Hold);

    /// <summary>Confirms all accepted messages, and all further messages immediately.</summary>
    public void Release() => Do(() => _output.Release(_publisher));

    /// <summary>Makes the bus unavailable until <see cref="ComeBack"/>. Connections are lost, and unconfirmed messages stay
    /// unconfirmed.</summary>
    /// <param name="reason">The reason, one sentence.</param>
    public void GoAway(string reason = "the bus has gone away") => Do(() =>
    {
        _away = reason;
        _output.Forget();
        _publisher?.Down(reason);
        _egress?.Down(reason);
        foreach (var stream in _streams.Values)
        {
            stream.SetAway(true);
        }
    });

    /// <summary>Makes the bus available again. A component that publishes reconnects at its next attempt, within
    /// <see cref="LongestPause"/>.</summary>
    public void ComeBack() => Do(() =>
    {
        _away = null;
        _egress?.Up();
        foreach (var stream in _streams.Values)
        {
            stream.SetAway(false);
        }
    });

    /// <summary>Publishes a message to the component's inputs.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="payload">JSON is sent to the peers unchanged; other text is wrapped.</param>
    /// <exception cref="ArgumentException">No input of the component has this subject.</exception>
    public void Publish(string subject, string payload)
    {
        var inputs = _component.Ports.Inputs
            .Where(port => port.Type != PortType.Local
                && SubjectPattern.TryParse(port.OfAll().Subject, out var pattern) && pattern.Matches(subject)).ToList();
        if (inputs.Count == 0)
        {
            throw new ArgumentException(
                $"no input of {_component.Name} takes {subject}; expected one of "
                + $"{string.Join(", ", _component.Ports.Inputs.Select(static port => port.Subject))}", nameof(subject));
        }

        Do(() =>
        {
            foreach (var input in inputs)
            {
                if (_streams.TryGetValue(input.Name, out var stream))
                {
                    stream.Add(subject, payload);
                }
                else if (_away is null)
                {
                    _egress?.Receive(input.Name, _factory.Of(input).Make(
                        _source, Interlocked.Increment(ref _number), subject, null, Encoding.UTF8.GetBytes(payload)));
                }
            }
        });
    }

    /// <summary>Sends a request to a peer of the component, on <c>send.&lt;peer&gt;</c> below the subject of the port
    /// <c>ws_control</c>.</summary>
    /// <param name="peer">The peer's name.</param>
    /// <param name="method">The method.</param>
    /// <param name="parameters">The parameters, as JSON.</param>
    /// <returns>The pending answer.</returns>
    /// <exception cref="InvalidOperationException">The component has no such port, or no such peer. On NATS, there would be no
    /// responders.</exception>
    public TestAnswer Ask(string peer, string method, string parameters = "{}")
    {
        _kit.Settle();
        lock (_gate)
        {
            return _requests.Ask(_control, peer, $$"""{"method":{{TestPeer.Quote(method)}},"params":{{parameters}}}""");
        }
    }

    /// <summary>Answers requests for a method that peers send to the bus.</summary>
    /// <param name="method">The method.</param>
    /// <param name="answer">Returns the answer, as JSON, for the payload of a request; called on another thread.</param>
    public void Answer(string method, Func<string, string> answer) => _requests.Answer(method, answer);

    internal void Advance(TimeSpan by) => _kit.Advance(by);

    internal void Connect(MemoryBus publisher) => Connect(publisher, ref _publisher, publisher.Up, publisher.Down);

    internal void Connect(MemoryEgressBus egress)
    {
        Connect(egress, ref _egress, egress.Up, egress.Down);
        if (_component.Ports.Inputs.Any(static port => port.Type == PortType.Local))
        {
            _ = TakeLocalAsync(egress);
        }
    }

    internal void Connect(MemoryControlBus control)
    {
        lock (_gate)
        {
            _control = control;
        }
    }

    internal void Disconnect(object connection)
    {
        lock (_gate)
        {
            if (ReferenceEquals(connection, _publisher))
            {
                _publisher = null;
                _output.Forget();
            }

            _egress = ReferenceEquals(connection, _egress) ? null : _egress;
            _control = ReferenceEquals(connection, _control) ? null : _control;
        }
    }

    internal StoredInput Stream(string input) => _streams[input];

    internal void GiveUp(DeadMessage dead) =>
        _givenUp.Add(new GivenUpMessage(dead.Message.Subject, Encoding.UTF8.GetString(dead.Message.Payload.Span), dead.Peer, dead.Reason));

    internal void Offer(string peer) => _requests.Offer(peer);

    internal void Withdraw(string peer) => _requests.Withdraw(peer);

    internal bool TryAnswer(string replyTo, string payload) => !IsAway && _requests.TryAnswer(replyTo, payload);

    internal string? Serve(string method, string payload) => _requests.Serve(method, payload);

    internal void Write(MemoryBus connection, PublishGroup group)
    {
        lock (_gate)
        {
            _output.Write(connection, group);
        }
    }

    private void Connect<T>(T connection, ref T? current, Action up, Action<string> down)
        where T : class
    {
        lock (_gate)
        {
            current = connection;
            if (_away is { } reason)
            {
                down(reason);
            }
            else
            {
                up();
            }
        }
    }

    private async Task TakeLocalAsync(MemoryEgressBus egress)
    {
        var input = _component.Ports.Inputs.First(static port => port.Type == PortType.Local).Name;
        try
        {
            await foreach (var message in _kit.Node.Inputs[_component.Name].Reader.ReadAllAsync(egress.Stopped))
            {
                egress.Receive(input, _factory.Make(
                    _source, Interlocked.Increment(ref _number), message.Subject, null, message.Payload, message.Peer));
            }
        }
        catch (OperationCanceledException)
        {
            // The component ends, drains or starts anew.
        }
    }

    /// <summary>Runs after the test's earlier actions, and to its end.</summary>
    private void Do(Action act)
    {
        _kit.Settle();
        lock (_gate)
        {
            act();
        }

        _kit.Settle();
    }
}
