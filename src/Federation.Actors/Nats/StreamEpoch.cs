namespace Federation.Actors.Nats;

/// <summary>The time from a stream's making to its end. Thread-safe.</summary>
/// <remarks>A stream that is made anew under its old name numbers its messages as the old one did: an ack of an old message would be taken for one of a new.</remarks>
internal sealed class StreamEpoch
{
    private volatile bool _isOver;

    /// <summary>True when the stream is gone.</summary>
    public bool IsOver => _isOver;

    /// <summary>The stream is gone.</summary>
    public void End() => _isOver = true;
}
