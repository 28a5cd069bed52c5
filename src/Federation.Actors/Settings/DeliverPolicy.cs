namespace Federation.Actors;

/// <summary>Which stored messages a peer that is new to a stream gets.</summary>
public enum DeliverPolicy
{
    /// <summary>All messages in the stream.</summary>
    All,

    /// <summary>Messages stored from then on.</summary>
    New,
}
