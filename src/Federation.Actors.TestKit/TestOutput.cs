using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;

namespace Federation.Actors.TestKit;

/// <summary>What a component publishes to its <see cref="TestBus"/>. Not thread-safe; guarded by the bus.</summary>
internal sealed class TestOutput
{
    private readonly ComponentSettings _component;
    private readonly BusPort? _port;
    private readonly HashSet<string> _stored = new(StringComparer.Ordinal);
    private long _held;
    private bool _holds;

    public TestOutput(FederationSettings node, ComponentSettings component)
    {
        _component = component;
        if (component.Ports.Data is { } data)
        {
            var subject = SubjectTemplate.Parse(data.FullSubject, component.Name);
            _port = new BusPort(component.Name, node.NodeId, subject, data.Headers)
            {
                DecodeRaw = data.DecodeRaw,
                Guard = SubjectGuard.Of(subject, node.Components, component, node.Nats.InboxPrefix),
            };
        }
    }

    public Journal<PublishedMessage> Published { get; } = new();

    public IList<(SubjectPattern Subject, string Error)> Refusals { get; } = [];

    public int RefuseNext { get; set; }

    public int FailNext { get; set; }

    public void Hold() => _holds = true;

    public void Release(MemoryBus? connection)
    {
        _holds = false;
        if (_held > 0)
        {
            connection?.Confirm(_held);
            _held = 0;
        }
    }

    /// <summary>The connection is lost, and its confirms with it.</summary>
    public void Forget() => _held = 0;

    /// <exception cref="IOException">A test has made the write fail.</exception>
    public void Write(MemoryBus connection, PublishGroup group)
    {
        if (FailNext > 0)
        {
            FailNext--;
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

    private void Write(PublishGroup group, EnvelopeBatch batch, int index)
    {
        ref readonly var entry = ref batch[index];
        var subject = _port!.Subject.Resolve(batch, entry);
        if (_port.Forbids(batch, subject) is { } forbidden)
        {
            group.Refuse(batch, index, NackReason.NotPermitted, forbidden);
            return;
        }

        var refusal = Refusals.FirstOrDefault(refused => refused.Subject.Matches(subject)).Error;
        if (refusal is null && RefuseNext > 0)
        {
            RefuseNext--;
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

        var body = RawPayload.Body(batch, entry, _port.DecodeRaw);
        Published.Add(new PublishedMessage(
            subject, Encoding.UTF8.GetString(body.Span), batch.Peer.Identity, Encoding.UTF8.GetString(batch.Id(entry))));
    }
}
