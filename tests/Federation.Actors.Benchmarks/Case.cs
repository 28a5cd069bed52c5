namespace Federation.Actors.Benchmarks;

/// <summary>One line-up: who runs in turn, on how many connections, with envelopes of which size.</summary>
internal sealed record Case(int Connections, int Size, IReadOnlyList<string> Contenders);
