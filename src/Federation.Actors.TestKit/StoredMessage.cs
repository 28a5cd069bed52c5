using Federation.Actors.Protocol;

namespace Federation.Actors.TestKit;

/// <summary>A message that its stream keeps until it is done with.</summary>
internal sealed class StoredMessage(Action done, Action back) : OutboundMessage
{
    /// <inheritdoc />
    public override bool IsStored => true;

    /// <inheritdoc />
    public override void Done() => done();

    /// <inheritdoc />
    public override void Return() => back();
}
