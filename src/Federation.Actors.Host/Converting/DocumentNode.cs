namespace Federation.Actors.Host.Converting;

/// <summary>A value of a YAML or JSON document with its line. At most one of its three kinds is not null; none: null.</summary>
internal sealed class DocumentNode
{
    public const int MaxDepth = 32;

    /// <summary>From 1.</summary>
    public required long Line { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<DocumentNode>? Items { get; init; }

    public IReadOnlyList<(string Key, long Line, DocumentNode Value)>? Entries { get; init; }

    public bool IsNull => Text is null && Items is null && Entries is null;

    public string Kind => Entries is not null ? "a block" : Items is not null ? "a list" : IsNull ? "nothing" : "a value";

    /// <summary>The last value of a key, or null.</summary>
    public DocumentNode? this[string key] => Entries?.LastOrDefault(entry => string.Equals(entry.Key, key, StringComparison.Ordinal)).Value;
}
