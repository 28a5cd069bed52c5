using System.Text;

namespace Federation.Actors.Protocol;

/// <summary>Keeps messages from going round in circles: judges them by the nodes they have passed.</summary>
/// <remarks>Immutable and thread-safe. Judging allocates nothing.</remarks>
internal sealed class LoopGuard(string nodeId, int maxHops)
{
    private readonly byte[] _nodeId = Encoding.UTF8.GetBytes(nodeId);

    public static LoopGuard None { get; } = new("", int.MaxValue);

    /// <summary>Why a message is refused, as a sentence.</summary>
    public static string Sentence(LoopVerdict verdict) => verdict switch
    {
        LoopVerdict.TooManyHops => "the message has passed as many nodes as max_hops allows",
        _ => "the message has been here before: its via names this node",
    };

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

/// <summary>Whether a message may still go on, from the nodes it has passed.</summary>
internal enum LoopVerdict : byte
{
    None,

    NamesThisNode,

    TooManyHops,
}

/// <summary>The ids in a <c>via</c> that the reader has accepted, first node first: <c>foreach</c> gives each without its quotes.</summary>
/// <remarks>Ids hold neither quotes nor escapes, which is what makes this simple. Reads the bytes where they stand.</remarks>
internal ref struct ViaIds(ReadOnlySpan<byte> json)
{
    /// <summary>Characters of an id at most.</summary>
    public const int MaxIdLength = 64;

    private static readonly System.Buffers.SearchValues<byte> IdBytes =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"u8);

    private ReadOnlySpan<byte> _rest = json;

    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Whether this is the id of a node: 1 to 64 of <c>A-Za-z0-9_-</c>.</summary>
    public static bool IsId(ReadOnlySpan<byte> text) => text.Length is > 0 and <= MaxIdLength && text.IndexOfAnyExcept(IdBytes) < 0;

    public readonly ViaIds GetEnumerator() => this;

    public bool MoveNext()
    {
        var open = _rest.IndexOf((byte)'"');
        if (open < 0)
        {
            return false;
        }

        var id = _rest[(open + 1)..];
        var length = id.IndexOf((byte)'"');
        Current = id[..length];
        _rest = id[(length + 1)..];
        return true;
    }
}
