namespace Federation.Actors.Benchmarks;

/// <summary>One line-up: who runs in turn, on how many connections, with envelopes of which size.</summary>
internal sealed record Case(int Connections, int Size, IReadOnlyList<string> Contenders)
{
    /// <summary>Envelopes that may be unanswered, of all connections together; by default what a node's queue holds of that size.</summary>
    public int Window { get; init; } = ServerRacer.Window(Size);
}
