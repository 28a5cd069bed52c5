namespace Federation.Actors.Requests;

/// <summary>What a request asks for: the payload <c>{"method":…,"params":…}</c>.</summary>
/// <param name="Method">1 to 128 characters without blanks or control characters.</param>
/// <param name="Parameters">JSON; <c>{}</c> when none are given.</param>
internal sealed record ControlRequest(string Method, ReadOnlyMemory<byte> Parameters);
