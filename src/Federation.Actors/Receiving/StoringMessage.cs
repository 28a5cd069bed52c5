using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>A message of a group that is on its way into a stream.</summary>
/// <param name="Group">Its group.</param>
/// <param name="Index">Its number in the group.</param>
/// <param name="Batch">Where it stands.</param>
/// <param name="At">Its number in the batch.</param>
internal readonly record struct StoringMessage(PublishGroup Group, int Index, EnvelopeBatch Batch, int At);
