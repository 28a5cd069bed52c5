using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.TestKit;

/// <summary>Waits until a node has come to rest.</summary>
/// <remarks>In memory everything except readers and mailboxes is synchronous. Every actor answers a probe, after all earlier messages;
/// each round moves messages one actor further. One call at a time.</remarks>
internal sealed class Rest
{
    /// <summary>More than the actors on the longest path through a node: connection, queue, publisher, queue, connection, then a
    /// component and its node at the end of a connection, health, and as many again for the reactions.</summary>
    private const int Rounds = 16;

    private readonly Journal<object> _answers = new();
    private readonly IActorRef _asker;
    private readonly IActorRef _root;
    private readonly Readers _readers;
    private long _round;

    public Rest(ActorSystem system, IActorRef root, Readers readers)
    {
        _asker = system.ActorOf(Listener.Props(_answers));
        _root = root;
        _readers = readers;
    }

    /// <returns>False when an answer took longer than <paramref name="patience"/>.</returns>
    public bool TryCome(TimeSpan patience)
    {
        var started = Clock.System.Elapsed;
        do
        {
            if (!_readers.TryRest(patience, out var before) || !TryVisit(patience))
            {
                return false;
            }

            // What the actors have done may have let a reader go on.
            if (!_readers.TryRest(patience, out var after))
            {
                return false;
            }

            if (before == after)
            {
                return true;
            }
        }
        while (Clock.System.Elapsed - started < patience);
        return false;
    }

    public IActorRef? Find(ActorSystem system, ActorPath path, TimeSpan patience)
    {
        var number = ++_round;
        system.ActorSelection(path).Tell(new Identify(number), _asker);
        while (_answers.TryTake(patience, out var answer))
        {
            if (answer is ActorIdentity { MessageId: long answered } identity && answered == number)
            {
                return identity.Subject;
            }
        }

        return null;
    }

    /// <summary>Waits until the parent of a stopped actor has handled its end; until then the actor's name is in use.</summary>
    /// <remarks>A parent receives the end of a child before the child's watchers do (<c>ActorCell.FinishTerminate</c>), and handles it
    /// before any ordinary message, so one answer of the parent shows that the name is free.</remarks>
    public bool IsNameFree(ActorSystem system, ActorPath stopped, TimeSpan patience) => Find(system, stopped.Parent, patience) is not null;

    public void Stop(ActorSystem system) => system.Stop(_asker);

    private bool TryVisit(TimeSpan patience)
    {
        var actors = new List<IActorRef>();
        for (var round = 0; round < Rounds; round++)
        {
            actors.Clear();
            Collect(_root, actors);
            var number = ++_round;
            foreach (var actor in actors)
            {
                actor.Tell(new Identify(number), _asker);
            }

            for (var missing = actors.Count; missing > 0;)
            {
                if (!_answers.TryTake(patience, out var answer))
                {
                    return false;
                }

                // Of a round that was given up.
                missing -= answer is ActorIdentity { MessageId: long answered } && answered == number ? 1 : 0;
            }
        }

        return true;
    }

    private static void Collect(IActorRef actor, List<IActorRef> actors)
    {
        actors.Add(actor);
        if (actor is ActorRefWithCell parent)
        {
            foreach (var child in parent.Children)
            {
                Collect(child, actors);
            }
        }
    }
}

internal sealed class Listener(Journal<object> told) : UntypedActor
{
    public static Props Props(Journal<object> told) => Akka.Actor.Props.Create(() => new Listener(told));

    protected override void OnReceive(object message) => told.Add(message);
}

/// <summary>The readers of a node's connections. A reader that waits for its peer is at rest; any other one works, unless its component's
/// queue is full and holds its peers back. Thread-safe.</summary>
internal sealed class Readers
{
    /// <summary>A reader that made no progress for this long counts as held back; there is no certain sign.</summary>
    private static readonly TimeSpan HeldBack = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly List<(MemorySocket Socket, bool MayBeHeldBack)> _sockets = [];
    private long _waits;

    public void Add(MemorySocket socket, bool mayBeHeldBack)
    {
        lock (_gate)
        {
            _sockets.RemoveAll(static known => known.Socket.IsOver);
            _sockets.Add((socket, mayBeHeldBack));
        }
    }

    public void Rested()
    {
        lock (_gate)
        {
            _waits++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <returns>False when not all are at rest in time.</returns>
    public bool TryRest(TimeSpan patience, out long rests)
    {
        var started = Clock.System.Elapsed;
        lock (_gate)
        {
            while (true)
            {
                rests = _waits;
                var busy = _sockets.FindAll(static known => known.Socket.IsBeingRead);
                if (busy.Count == 0)
                {
                    return true;
                }

                var mayBeHeldBack = busy.TrueForAll(static known => known.MayBeHeldBack);
                var left = started + patience - Clock.System.Elapsed;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, mayBeHeldBack && left > HeldBack ? HeldBack : left))
                {
                    return mayBeHeldBack;
                }
            }
        }
    }
}
