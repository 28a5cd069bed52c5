using System.Collections.Concurrent;
using System.Text;
using Akka.Actor;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;

namespace Federation.Actors.Tests.Fuzz;

/// <summary>A bus in memory that reads all of each message that a real one reads.</summary>
internal sealed class FuzzBus(Func<string, FuzzPeer> peers, ConcurrentQueue<string> faults) : IMessageBus
{
    public const string Node = "node-x";

    private static readonly BusPort Port = new(
        "edge-in", Node, SubjectTemplate.Parse("fuzz.{peer}.{payload.kind}.{subject}", "edge-in"), Headers: true);

    private readonly MessageHeaders _headers = new(Port);
    private readonly Lock _gate = new();
    private IActorRef _owner = ActorRefs.Nobody;
    private bool _abandoned;

    public void Start(IActorRef owner)
    {
        _owner = owner;
        owner.Tell(new BusProtocol.Up(this, "memory"));
    }

    public ValueTask WriteAsync(PublishGroup group)
    {
        lock (_gate)
        {
            foreach (var range in group.Ranges)
            {
                for (var at = range.From; at < range.End && !_abandoned; at++)
                {
                    try
                    {
                        Write(group, range.Batch, at);
                    }
                    catch (Exception e)
                    {
                        faults.Enqueue(e.ToString());
                    }
                }
            }
        }

        _owner.Tell(new BusProtocol.Confirmed(this, group.Number));
        return default;
    }

    public void Abandon()
    {
        lock (_gate)
        {
            _abandoned = true;
        }
    }

    public ValueTask DisposeAsync() => default;

    private void Write(PublishGroup group, EnvelopeBatch batch, int at)
    {
        ref readonly var entry = ref batch[at];
        var payload = batch.Payload(entry);
        var subject = Port.Subject.Resolve(batch.Peer, payload.Span, batch.Subject(entry));
        if (subject.Split('.') is not ["fuzz", _, .., var last] || last.Length == 0 || subject.Any(
            static c => char.IsWhiteSpace(c) || c is '*' or '>'))
        {
            faults.Enqueue($"the subject {subject}");
        }

        if (entry.HasTrace && !TraceParent.IsValid(batch.Trace(entry)))
        {
            faults.Enqueue($"the trace {Encoding.UTF8.GetString(batch.Trace(entry))}");
        }

        _ = _headers.Of(batch.Peer, MessageId.Of(Port.Component, batch.Peer, batch.Id(entry)), batch.Via(entry), null, out _);
        _ = RawPayload.Decode(payload.Span);
        var body = Encoding.UTF8.GetString(payload.Span);
        peers(batch.Peer.Identity).Published(Encoding.UTF8.GetString(batch.Id(entry)), body);
        if (body.StartsWith(EnvelopeFuzz.Refused, StringComparison.Ordinal))
        {
            group.Refuse(batch, at, NackReason.PublishFailed, "refused");
        }
    }
}
