using System.Text;

namespace Federation.Actors.Protocol;

/// <summary>Keeps messages from going round in circles: judges them by the nodes they have passed.</summary>
/// <remarks>Immutable and thread-safe. Judging allocates nothing.</remarks>
/// <param name="nodeId">Name of this node; empty: a message has never been here.</param>
/// <param name="maxHops">Nodes that a message may have passed, this one included.</param>
internal sealed class LoopGuard(string nodeId, int maxHops)
{
    private readonly byte[] _nodeId = Encoding.UTF8.GetBytes(nodeId);

    /// <summary>Lets everything pass.</summary>
    public static LoopGuard None { get; } = new("", int.MaxValue);

    /// <summary>Why a message is refused, as a sentence.</summary>
    public static string Sentence(LoopVerdict verdict) => verdict switch
    {
        LoopVerdict.TooManyHops => "the message has passed as many nodes as max_hops allows",
        _ => "the message has been here before: its via names this node",
    };

    /// <summary>Whether a message that has passed these nodes may go on.</summary>
    public LoopVerdict Judge(ViaIds via)
    {
        var hops = 0;
        foreach (var id in via)
        {
            if (id.SequenceEqual(_nodeId))
            {
                return LoopVerdict.NamesThisNode;
            }

            hops++;
        }

        return hops < maxHops ? LoopVerdict.None : LoopVerdict.TooManyHops;
    }
}
