using System.Diagnostics;

namespace Federation.Actors.Protocol;

/// <summary>Which messages of a batch are traced. Filled by the connection, then read-only.</summary>
/// <param name="count">Data messages in the batch.</param>
/// <param name="received">When they came.</param>
internal sealed class BatchTraces(int count, DateTimeOffset received)
{
    private readonly ActivityContext[] _contexts = new ActivityContext[count];

    /// <summary>When they came.</summary>
    public DateTimeOffset Received { get; } = received;

    /// <summary>The span of a message's receipt; the default: it is not traced.</summary>
    public ref ActivityContext this[int index] => ref _contexts[index];
}
