using Akka.Actor;
using Federation.Actors.Receiving;
using Federation.Actors.Tests.Receiving;

namespace Federation.Actors.Tests.Receiving;

/// <summary>A bus that does what a test says and writes down in the log it shares with others what it was told.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FakeBus(int number, IActorRef log) : IMessageBus
{
    private IActorRef _owner = ActorRefs.Nobody;
    private Func<PublishGroup, ValueTask> _write = static _ => ValueTask.CompletedTask;

    /// <summary>What every write does; by default it ends at once and well.</summary>
    public void OnWrite(Func<PublishGroup, ValueTask> write) => Volatile.Write(ref _write, write);

    public void Start(IActorRef owner)
    {
        _owner = owner;
        log.Tell(new Started(number, this));
    }

    public ValueTask WriteAsync(PublishGroup group)
    {
        log.Tell(new Wrote(number, group.Number, string.Join(' ', Batches.Ids(group.Ranges))));
        return Volatile.Read(ref _write)(group);
    }

    public void Abandon() => log.Tell(new Abandoned(number));

    public ValueTask DisposeAsync()
    {
        log.Tell(new Disposed(number));
        return ValueTask.CompletedTask;
    }

    public void Up() => _owner.Tell(new BusProtocol.Up(this, $"bus {number}"));

    public void Down(string reason = "cut") => _owner.Tell(new BusProtocol.Down(this, reason));

    public void Confirm(long group) => _owner.Tell(new BusProtocol.Confirmed(this, group));

    public void Deny(string subject, string error) => _owner.Tell(new BusProtocol.Denied(this, subject, error));

    public void Unusable((string Reason, string Remedy)? problem) => _owner.Tell(new BusProtocol.Unusable(this, problem));

    public void Say(string notice) => _owner.Tell(new BusProtocol.Notice(this, notice));

    internal sealed record Started(int Bus, FakeBus Self);

    internal sealed record Wrote(int Bus, long Group, string Ids);

    internal sealed record Abandoned(int Bus);

    internal sealed record Disposed(int Bus);
}
