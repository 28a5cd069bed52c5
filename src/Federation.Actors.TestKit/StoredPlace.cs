using Akka.Actor;

namespace Federation.Actors.TestKit;

/// <summary>How far a peer has come in a stream. Not thread-safe.</summary>
/// <param name="first">Number of the first message that is for it.</param>
internal sealed class StoredPlace(long first)
{
    private readonly HashSet<long> _done = [];
    private readonly HashSet<long> _underWay = [];
    private readonly Dictionary<long, int> _times = [];

    /// <summary>Who is told; nobody while there is no connection.</summary>
    public IActorRef Delivery { get; private set; } = ActorRefs.Nobody;

    /// <summary>A connection is there; what the last one has left is given out again.</summary>
    public void Open(IActorRef delivery)
    {
        Delivery = delivery;
        _underWay.Clear();
    }

    /// <summary>The connection has ended.</summary>
    /// <returns>False when another is there by now.</returns>
    public bool TryClose(IActorRef delivery)
    {
        if (!Delivery.Equals(delivery))
        {
            return false;
        }

        Delivery = ActorRefs.Nobody;
        _underWay.Clear();
        return true;
    }

    /// <summary>The next message to give out, which is under way from now on; null when there is none, or as many are under way as may be.</summary>
    public long? Next(long last, int most)
    {
        for (var number = first; number <= last && _underWay.Count < most; number++)
        {
            if (!_done.Contains(number) && _underWay.Add(number))
            {
                _times[number] = Times(number) + 1;
                return number;
            }
        }

        return null;
    }

    /// <summary>How often it was given out.</summary>
    public int Times(long number) => _times.GetValueOrDefault(number);

    /// <summary>A message is dealt with, or comes back.</summary>
    public void End(long number, bool isDone)
    {
        _underWay.Remove(number);
        if (isDone)
        {
            _done.Add(number);
        }
    }
}
