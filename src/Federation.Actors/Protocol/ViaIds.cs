namespace Federation.Actors.Protocol;

/// <summary>The ids in a <c>via</c> that the reader has accepted, first node first: <c>foreach</c> gives each without its quotes.</summary>
/// <remarks>Ids hold neither quotes nor escapes, which is what makes this simple. Reads the bytes where they stand.</remarks>
/// <param name="json">The array; empty when there is none.</param>
internal ref struct ViaIds(ReadOnlySpan<byte> json)
{
    /// <summary>Characters of an id at most.</summary>
    public const int MaxIdLength = 64;

    private static readonly System.Buffers.SearchValues<byte> IdBytes =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"u8);

    private ReadOnlySpan<byte> _rest = json;

    /// <summary>The id.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Whether this is the id of a node: 1 to 64 of <c>A-Za-z0-9_-</c>.</summary>
    public static bool IsId(ReadOnlySpan<byte> text) => text.Length is > 0 and <= MaxIdLength && text.IndexOfAnyExcept(IdBytes) < 0;

    /// <summary>From where this one stands.</summary>
    public readonly ViaIds GetEnumerator() => this;

    /// <summary>Goes on to the next id.</summary>
    /// <returns>False when there is none.</returns>
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
