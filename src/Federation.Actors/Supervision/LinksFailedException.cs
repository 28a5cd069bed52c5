namespace Federation.Actors.Supervision;

/// <summary>The shard region of the dialled components could not be started.</summary>
internal sealed class LinksFailedException(Exception reason) : Exception($"the dialled components cannot be shared in the cluster: {reason.Message}", reason);
