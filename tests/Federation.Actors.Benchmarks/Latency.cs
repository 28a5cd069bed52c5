namespace Federation.Actors.Benchmarks;

/// <summary>From the moment a message was due to be sent to its ack, in microseconds; medians of the rounds.</summary>
internal sealed record Latency(string Contender, int Connections, double Rate, double P50, double P99, double P999);
