namespace Federation.Actors.Host.Commands;

/// <summary>How to send.</summary>
/// <param name="Rate">Messages a second at most; null: no limit.</param>
/// <param name="Window">Messages without an answer at most.</param>
/// <param name="Resend">Whether what was not acked is sent again, also over a new connection.</param>
/// <param name="Timeout">How long to go on without an answer.</param>
internal sealed record SendSettings(double? Rate, int Window, bool Resend, TimeSpan Timeout);
