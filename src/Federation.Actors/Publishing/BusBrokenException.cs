namespace Federation.Actors.Publishing;

/// <summary>The bus has given up; the publisher restarts with a new one.</summary>
internal sealed class BusBrokenException(Exception reason) : Exception("the bus has given up: " + reason.Message, reason);
