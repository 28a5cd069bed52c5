namespace Federation.Actors.Host.Converting;

/// <summary>
/// A value of a YAML or JSON document, and the line it stands on. Exactly one of its three kinds is not null, or none: null.
/// </summary>
internal sealed class DocumentNode
{
    /// <summary>Values inside one another at most.</summary>
    public const int MaxDepth = 32;

    /// <summary>Its line, from 1.</summary>
    public required long Line { get; init; }

    /// <summary>Of a scalar: its text.</summary>
    public string? Text { get; init; }

    /// <summary>Of a list: its items.</summary>
    public IReadOnlyList<DocumentNode>? Items { get; init; }

    /// <summary>Of a block: its entries in order, with the lines of their keys.</summary>
    public IReadOnlyList<(string Key, long Line, DocumentNode Value)>? Entries { get; init; }

    /// <summary>True for null, which is the same as nothing.</summary>
    public bool IsNull => Text is null && Items is null && Entries is null;

    /// <summary>What it is, for people.</summary>
    public string Kind => Entries is not null ? "a block" : Items is not null ? "a list" : IsNull ? "nothing" : "a value";

    /// <summary>The last value under a key; null when there is none.</summary>
    public DocumentNode? this[string key] => Entries?.LastOrDefault(entry => string.Equals(entry.Key, key, StringComparison.Ordinal)).Value;
}
