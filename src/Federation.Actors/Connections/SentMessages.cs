using Federation.Actors.Protocol;

namespace Federation.Actors.Connections;

/// <summary>The records sent on one connection that the peer has not answered, by their numbers. Not thread-safe.</summary>
/// <remarks>The sender's window bounds them, except those that a peer leaves behind unanswered: see <see cref="IsFull"/>.</remarks>
internal sealed class SentMessages
{
    /// <summary>Records from the oldest unanswered one on: ten times the largest window. As references they have 8 MiB.</summary>
    internal const int Limit = 1 << 20;

    private const int FirstSize = 64;

    // A ring, of which the size is a power of two. Null: answered.
    private OutboundMessage?[] _ring = [];
    private long _first = 1;

    /// <summary>Number of the next record.</summary>
    public long Next { get; private set; } = 1;

    /// <summary>True when the peer has left out an answer for so long that there are no more numbers.</summary>
    public bool IsFull => Next - _first == Limit;

    private ref OutboundMessage? this[long number] => ref _ring[number & (_ring.Length - 1)];

    public void Add(OutboundMessage message)
    {
        if (Next - _first == _ring.Length)
        {
            Grow();
        }

        this[Next++] = message;
    }

    /// <returns>The messages of an answer; null when one of them was never sent or has been answered before.</returns>
    public OutboundMessage[]? Take(in AnswerRange range)
    {
        if (range.First < _first || range.End > Next)
        {
            return null;
        }

        var taken = new OutboundMessage[range.Count];
        for (var i = 0; i < taken.Length; i++)
        {
            ref var message = ref this[range.First + i];
            if (message is null)
            {
                return null;
            }

            (taken[i], message) = (message, null);
        }

        while (_first < Next && this[_first] is null)
        {
            _first++;
        }

        return taken;
    }

    private void Grow()
    {
        var larger = new OutboundMessage?[Math.Max(FirstSize, _ring.Length * 2)];
        for (var number = _first; number < Next; number++)
        {
            larger[number & (larger.Length - 1)] = this[number];
        }

        _ring = larger;
    }
}
