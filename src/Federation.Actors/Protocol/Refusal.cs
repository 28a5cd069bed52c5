namespace Federation.Actors.Protocol;

/// <summary>One message that the bus did not take.</summary>
/// <param name="Batch">The batch it stands in.</param>
/// <param name="Index">Its index there.</param>
/// <param name="Reason">Why, as the peer will read it.</param>
/// <param name="Error">One sentence without secrets.</param>
internal sealed record Refusal(EnvelopeBatch Batch, int Index, NackReason Reason, string Error);
