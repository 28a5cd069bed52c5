namespace Federation.Actors.Transport;

/// <summary>A server could not be reached, or would not have us. The message is one sentence without secrets.</summary>
/// <param name="message">What went wrong.</param>
/// <param name="errorType">One of <see cref="Telemetry.ErrorTypes"/>.</param>
internal sealed class DialFailedException(string message, string errorType) : Exception(message)
{
    /// <summary>One of <see cref="Telemetry.ErrorTypes"/>.</summary>
    public string ErrorType { get; } = errorType;
}
