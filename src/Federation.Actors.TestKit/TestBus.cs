using System.Text;
using Federation.Actors.Diagnostics;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Sending;

namespace Federation.Actors.TestKit;

/// <summary>The bus of one component, in memory: takes what the component publishes and does with it what a test says, and publishes for
/// it what a test says.</summary>
/// <remarks><para>An output of type <c>jetstream</c> takes a message that a peer with a name sends again for the one it has; a
/// <c>nats</c> output publishes it again. An input of type <c>jetstream</c> keeps messages until a peer has acked them; of a <c>nats</c>
/// input what nobody hears is lost. Ports of type <c>local</c> are the real ones: code in the test's process consumes them and sends to
/// them, and is not waited for by <see cref="FederationTestKit.Settle"/>.</para>
/// <para>The methods are for the test's thread.</para></remarks>
public sealed class TestBus
{
    private readonly FederationTestKit _kit;
    private readonly ComponentSettings _component;
    private readonly Lock _gate = new();
    private readonly Journal<PublishedMessage> _published = new();
    private readonly Journal<GivenUpMessage> _givenUp = new();
    private readonly Dictionary<string, StoredInput> _streams;
    private readonly OutboundFactory _factory;
    private readonly OutboundSource _source = new("msg-");
    private readonly BusPort? _port;
    private readonly HashSet<string> _stored = new(StringComparer.Ordinal);
    private readonly List<(SubjectPattern Subject, string Error)> _refusals = [];
    private readonly TestRequests _requests;
    private MemoryBus? _publisher;
    private MemoryEgressBus? _egress;
    private MemoryControlBus? _control;
    private string? _away;
    private long _held;
    private long _number;
    private int _refuseNext;
    private int _failNext;
    private bool _holds;

    internal TestBus(FederationTestKit kit, FederationSettings node, ComponentSettings component)
    {
        _kit = kit;
        _component = component;
        _factory = new OutboundFactory(node.NodeId, component.Egress.Subject);
        _streams = component.Ports.Inputs.Where(static port => port.Type == PortType.Jetstream)
            .ToDictionary(port => port.Name,
                port => new StoredInput(port, component, _factory, () => Clock.Of(kit.System).UtcNow), StringComparer.Ordinal);
        if (component.Ports.Data is { } data)
        {
            var subject = SubjectTemplate.Parse(data.FullSubject, component.Name);
            _port = new BusPort(component.Name, node.NodeId, subject, data.Headers)
            {
                DecodeRaw = data.DecodeRaw,
                Guard = SubjectGuard.Of(subject, node.Components, component, node.Nats.InboxPrefix),
            };
        }

        _requests = new TestRequests(kit, component.Name);
    }

    /// <summary>The longest time, on the node's clock, until a component that has lost its bus tries it again: 2.4 seconds.</summary>
    public static TimeSpan LongestPause { get; } = PublisherActor.LongestPause * 1.2;

    /// <summary>Every message that was published so far, expected or not.</summary>
    public IReadOnlyList<PublishedMessage> Published => _published.All;

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
    /// <param name="subject">Where.</param>
    /// <param name="payload">What, byte for byte; null: anything.</param>
    public PublishedMessage ExpectPublished(string subject, string? payload = null) => _kit.Expect(
        _published,
        $"{_component.Name} to publish {subject}{(payload is null ? "" : $" {payload}")}",
        found => string.Equals(found.Subject, subject, StringComparison.Ordinal)
            && (payload is null || string.Equals(found.Payload, payload, StringComparison.Ordinal)) ? found : null);

    /// <summary>Expects that nothing was published but what was expected.</summary>
    public void ExpectNothingPublished() => _kit.ExpectNothing(_published, $"to be published by {_component.Name}");

    /// <summary>Expects that the component gives up a message to a peer.</summary>
    /// <param name="subject">Where it was published.</param>
    /// <param name="reason">Why; null: whatever.</param>
    public GivenUpMessage ExpectGivenUp(string subject, string? reason = null) => _kit.Expect(
        _givenUp,
        $"{_component.Name} to give up {subject}{(reason is null ? "" : $" for {reason}")}",
        found => string.Equals(found.Subject, subject, StringComparison.Ordinal)
            && (reason is null || string.Equals(found.Reason, reason, StringComparison.Ordinal)) ? found : null);

    /// <summary>From now on takes nothing for a subject, for good: what is published there is nacked.</summary>
    /// <param name="subject">Wildcards allowed.</param>
    /// <param name="error">Why, one sentence.</param>
    /// <exception cref="ArgumentException">The subject is none.</exception>
    public void Refuse(string subject, string error = "the bus refuses it")
    {
        var pattern = SubjectPattern.TryParse(subject, out var parsed)
            ? parsed : throw new ArgumentException($"{subject} is not a subject", nameof(subject));
        Do(() => _refusals.Add((pattern, error)));
    }

    /// <summary>Takes none of the next messages: they are nacked.</summary>
    /// <param name="messages">How many.</param>
    public void RefuseNext(int messages = 1) => Do(() => _refuseNext = messages);

    /// <summary>The next writes fail, and the connection with them. The component tries again within <see cref="LongestPause"/>.</summary>
    /// <param name="writes">How many.</param>
    public void FailNext(int writes = 1) => Do(() => _failNext = writes);

    /// <summary>From now on takes messages and does not say that it has them, until <see cref="Release"/>.</summary>
    public void HoldConfirms() => Do(() => _holds = true);

    /// <summary>Says that it has all that it has, and holds back no more.</summary>
    public void Release() => Do(() =>
    {
        _holds = false;
        if (_held > 0)
        {
            _publisher?.Confirm(_held);
            _held = 0;
        }
    });

    /// <summary>The bus is gone: connections are lost, what is not confirmed is not, and there is no other until <see
    /// cref="ComeBack"/>.</summary>
    /// <param name="reason">Why, one sentence.</param>
    public void GoAway(string reason = "the bus has gone away") => Do(() =>
    {
        _away = reason;
        _held = 0;
        _publisher?.Down(reason);
        _egress?.Down(reason);
        foreach (var stream in _streams.Values)
        {
            stream.SetAway(true);
        }
    });

    /// <summary>The bus can be reached again. A component that publishes finds out when it tries next: within <see
    /// cref="LongestPause"/>.</summary>
    public void ComeBack() => Do(() =>
    {
        _away = null;
        _egress?.Up();
        foreach (var stream in _streams.Values)
        {
            stream.SetAway(false);
        }
    });

    /// <summary>Somebody publishes a message, which the component's inputs may hear.</summary>
    /// <param name="subject">Where.</param>
    /// <param name="payload">What; JSON goes to the peers as it is, other text is wrapped.</param>
    /// <exception cref="ArgumentException">No input of the component hears this subject.</exception>
    public void Publish(string subject, string payload)
    {
        var inputs = _component.Ports.Inputs
            .Where(port => port.Type != PortType.Local
                && SubjectPattern.TryParse(port.Subject, out var pattern) && pattern.Matches(subject)).ToList();
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
                    _egress?.Receive(input.Name, _factory.Make(
                        _source, Interlocked.Increment(ref _number), subject, null, Encoding.UTF8.GetBytes(payload)));
                }
            }
        });
    }

    /// <summary>Somebody asks a peer of the component, on <c>send.&lt;peer&gt;</c> below the subject of the port
    /// <c>ws_control</c>.</summary>
    /// <param name="peer">The peer's name.</param>
    /// <param name="method">What is asked.</param>
    /// <param name="parameters">JSON.</param>
    /// <returns>The answer to come.</returns>
    /// <exception cref="InvalidOperationException">The component has no such port, or no such peer: on NATS there would be no
    /// responders.</exception>
    public TestAnswer Ask(string peer, string method, string parameters = "{}")
    {
        _kit.Settle();
        lock (_gate)
        {
            return _requests.Ask(_control, peer, $$"""{"method":{{TestPeer.Quote(method)}},"params":{{parameters}}}""");
        }
    }

    /// <summary>From now on somebody answers what peers ask of the bus.</summary>
    /// <param name="method">What they ask.</param>
    /// <param name="answer">Makes an answer, JSON, of the request's payload; called on another thread.</param>
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
                (_publisher, _held) = (null, 0);
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
            if (_failNext > 0)
            {
                _failNext--;
                throw new IOException("the bus has failed a write");
            }

            foreach (var range in group.Ranges)
            {
                for (var index = range.From; index < range.End; index++)
                {
                    Write(group, range.Batch, index);
                }
            }

            if (_holds)
            {
                _held = group.Number;
            }
            else
            {
                connection.Confirm(group.Number);
            }
        }
    }

    private void Write(PublishGroup group, EnvelopeBatch batch, int index)
    {
        ref readonly var entry = ref batch[index];
        var payload = batch.Payload(entry);
        var subject = _port!.Subject.Resolve(batch.Peer, payload.Span, batch.Subject(entry));
        if (_port.Guard?.Forbids(subject) is { } forbidden)
        {
            group.Refuse(batch, index, NackReason.NotPermitted, forbidden);
            return;
        }

        var refusal = _refusals.FirstOrDefault(refused => refused.Subject.Matches(subject)).Error;
        if (refusal is null && _refuseNext > 0)
        {
            _refuseNext--;
            refusal = "the bus refuses it";
        }

        if (refusal is not null)
        {
            group.Refuse(batch, index, NackReason.PublishFailed, refusal);
            return;
        }

        if (_component.Ports.Data!.Type == PortType.Jetstream
            && MessageId.Of(_component.Name, batch.Peer, batch.Id(entry)) is { } known && !_stored.Add(known))
        {
            return;
        }

        var body = _port.DecodeRaw && RawPayload.Decode(payload.Span) is { } raw ? raw : payload;
        _published.Add(new PublishedMessage(
            subject, Encoding.UTF8.GetString(body.Span), batch.Peer.Identity, Encoding.UTF8.GetString(batch.Id(entry))));
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
                egress.Receive(input, _factory.Make(_source, Interlocked.Increment(ref _number), message.Subject, null, message.Payload));
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
