using System.Text;
using Akka.Actor;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>Consumers in this process: a group is confirmed when they have answered each of its messages.</summary>
/// <remarks>Up while there is a consumer. The queue owns a message until it is answered, so a failed consumer's messages are delivered
/// again.</remarks>
internal sealed class LocalBus : IMessageBus
{
    private readonly BusPort _settings;
    private readonly LocalPort _port;
    private readonly Lock _gate = new();
    private readonly GroupsUnderWay _groups;
    private readonly CancellationTokenSource _stop = new();
    private IActorRef _owner = ActorRefs.Nobody;
    private volatile bool _abandoned;

    public LocalBus(BusPort settings, LocalPort port)
    {
        _settings = settings;
        _port = port;
        _groups = new GroupsUnderWay(last => _owner.Tell(new BusProtocol.Confirmed(this, last), ActorRefs.NoSender));
    }

    /// <summary>True when its messages come again from another bus.</summary>
    public bool IsAbandoned => _abandoned;

    public void Start(IActorRef owner)
    {
        _owner = owner;
        _port.Connect(this);
    }

    public void Open() => _owner.Tell(new BusProtocol.Up(this, "its consumers in this process"), ActorRefs.NoSender);

    public void Close(string reason) => _owner.Tell(new BusProtocol.Down(this, reason), ActorRefs.NoSender);

    public async ValueTask WriteAsync(PublishGroup group)
    {
        lock (_gate)
        {
            _groups.Add(new StoringGroup(group, TimeSpan.Zero));
        }

        var index = 0;
        foreach (var range in group.Ranges)
        {
            for (var i = range.From; i < range.End; i++, index++)
            {
                var targets = _port.Targets();
                if (targets.Count == 0)
                {
                    throw new InvalidOperationException("there is no consumer");
                }

                if (TryCopy(group, index, range.Batch, i) is not { } message)
                {
                    continue;
                }

                var delivery = new LocalDelivery(this, group.Number, index, message, targets.Count);
                foreach (var target in targets)
                {
                    await target.Writer.WriteAsync(delivery, _stop.Token);
                }
            }
        }
    }

    public void Abandon()
    {
        lock (_gate)
        {
            _abandoned = true;
        }

        _port.Disconnect(this);
    }

    public async ValueTask DisposeAsync() => await _stop.CancelAsync();

    public void Answer(long group, int index, in PubAck answer)
    {
        lock (_gate)
        {
            if (!_abandoned)
            {
                _groups.Answer(group, index, answer, TimeSpan.Zero);
            }
        }
    }

    /// <returns>Null when the message cannot be read or may not be published to its subject; only it is refused.</returns>
    private ReceivedMessage? TryCopy(PublishGroup group, int index, EnvelopeBatch batch, int at)
    {
        try
        {
            var message = Copy(batch, at);
            if (_settings.Forbids(batch, message.Subject) is not { } reason)
            {
                return message;
            }

            Answer(group.Number, index, new PubAck(PubAckOutcome.Refused, reason, NackReason.NotPermitted));
            return null;
        }
        catch (Exception e) when (e is not (ObjectDisposedException or OutOfMemoryException))
        {
            Answer(group.Number, index, new PubAck(PubAckOutcome.Refused, BusProtocol.Failed.Sentence));
            _owner.Tell(new BusProtocol.Failed(this, batch.Peer.Identity, e), ActorRefs.NoSender);
            return null;
        }
    }

    private ReceivedMessage Copy(EnvelopeBatch batch, int at)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_abandoned, this);
            ref readonly var entry = ref batch[at];
            return new ReceivedMessage(
                _settings.Component,
                batch.Peer.Identity,
                _settings.Subject.Resolve(batch, entry),
                Encoding.UTF8.GetString(batch.Id(entry)),
                batch.Payload(entry).ToArray());
        }
    }
}
