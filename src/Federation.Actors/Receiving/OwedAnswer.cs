using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>An answer that a connection has not been told yet.</summary>
/// <param name="Range">The messages.</param>
/// <param name="Reason">Why they are refused; null: they are published.</param>
/// <param name="Error">The sentence of a refusal.</param>
internal readonly record struct OwedAnswer(MessageRange Range, NackReason? Reason, string Error);
