using System.Text;

namespace Federation.Actors.Protocol;

/// <summary>Prevents loops: judges messages by their passed nodes. Immutable and thread-safe; allocates nothing.</summary>
internal sealed class LoopGuard(string nodeId, int maxHops)
{
    private readonly byte[] _nodeId = Encoding.UTF8.GetBytes(nodeId);

    public static LoopGuard None { get; } = new("", int.MaxValue);

    public static string Sentence(LoopVerdict verdict) => verdict switch
    {
        LoopVerdict.TooManyHops => "the message has passed through as many nodes as max_hops allows",
        _ => "the message has already passed through this node: its via contains this node",
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

internal enum LoopVerdict : byte
{
    None,

    NamesThisNode,

    TooManyHops,
}

/// <summary>The ids in an accepted <c>via</c>, first node first, without quotes.</summary>
/// <remarks>Ids contain neither quotes nor escapes. Reads the bytes in place.</remarks>
internal ref struct ViaIds(ReadOnlySpan<byte> json)
{
    public const int MaxIdLength = 64;

    private static readonly System.Buffers.SearchValues<byte> IdBytes =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"u8);

    private ReadOnlySpan<byte> _rest = json;

    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>The JSON, without the ids that have been read.</summary>
    public readonly ReadOnlySpan<byte> Json => _rest;

    /// <summary>1 to 64 of <c>A-Za-z0-9_-</c>.</summary>
    public static bool IsId(ReadOnlySpan<byte> text) => text.Length is > 0 and <= MaxIdLength && text.IndexOfAnyExcept(IdBytes) < 0;

    /// <summary>Whether this is a JSON array of ids of nodes, without blanks.</summary>
    public static bool IsList(ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'[', .. var ids, (byte)']'])
        {
            return false;
        }

        if (ids.IsEmpty)
        {
            return true;
        }

        foreach (var part in ids.Split((byte)','))
        {
            if (ids[part] is not [(byte)'"', .. var id, (byte)'"'] || !IsId(id))
            {
                return false;
            }
        }

        return true;
    }

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
