namespace Federation.Actors.TestKit;

/// <summary>Something that a peer sees of its connection.</summary>
internal abstract record PeerEvent
{
    /// <summary>An envelope has come.</summary>
    public sealed record Got(TestEnvelope Envelope) : PeerEvent
    {
        /// <inheritdoc />
        public override string ToString() => Envelope.ToString();
    }

    /// <summary>The node has closed the connection.</summary>
    public sealed record Closed(int Code, string Description) : PeerEvent
    {
        /// <inheritdoc />
        public override string ToString() => $"close {Code} \"{Description}\"";
    }

    /// <summary>The node has cut the connection.</summary>
    public sealed record Lost : PeerEvent
    {
        /// <inheritdoc />
        public override string ToString() => "the end of the connection without a close";
    }
}
