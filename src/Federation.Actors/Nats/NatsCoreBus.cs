using Akka.Actor;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>Core NATS: a group is confirmed by the PONG for a PING sent behind it.</summary>
/// <remarks>A server processes the messages of one TCP connection in order, so the PONG proves that everything before the PING was
/// processed. Refusals come before that PONG.</remarks>
internal sealed class NatsCoreBus(NatsOpts options, NatsServers servers, BusPort port, TimeProvider time) : NatsBus(
    options, servers, port, time)
{
    private readonly Lock _gate = new();
    private readonly Queue<(long Ping, PublishGroup Group)> _written = new();

    // By subject, what the server has said since the last confirm.
    private Dictionary<string, string>? _refused;

    protected override void Refuse(PublishGroup group, int index, EnvelopeBatch batch, int at, NackReason reason, string error) =>
        group.Refuse(batch, at, reason, error);

    protected override void OnWritten(PublishGroup group)
    {
        lock (_gate)
        {
            _written.Enqueue((Link.Ping(), group));
        }
    }

    protected override void OnRefused(string subject, string error, long pongs)
    {
        lock (_gate)
        {
            (_refused ??= new(StringComparer.Ordinal))[subject] = error;
        }
    }

    protected override void OnPong(long number)
    {
        PublishGroup group;
        Dictionary<string, string>? refused;
        lock (_gate)
        {
            if (!_written.TryPeek(out var first) || first.Ping > number)
            {
                // Of a PING that keeps the connection alive. What was refused before it belongs to the group that is being written.
                return;
            }

            group = _written.Dequeue().Group;
            (refused, _refused) = (_refused, null);
        }

        if (refused is not null)
        {
            Refuse(group, refused);
        }

        Owner.Tell(new BusProtocol.Confirmed(this, group.Number), ActorRefs.NoSender);
    }

    private void Refuse(PublishGroup group, Dictionary<string, string> refused)
    {
        var isNamed = false;
        group.Refuse((batch, at) =>
        {
            isNamed |= refused.TryGetValue(Subject(batch, batch[at]), out var error);
            return error;
        });
        var (subject, first) = refused.First();
        if (!isNamed)
        {
            // The account maps subjects, and the server names the one that it has mapped ours to: nobody knows which it was.
            group.Refuse((_, _) => first);
        }

        Owner.Tell(new BusProtocol.Denied(this, subject, first), ActorRefs.NoSender);
    }
}
