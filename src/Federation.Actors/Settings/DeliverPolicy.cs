namespace Federation.Actors;

/// <summary>Which stored messages a peer gets that is new to a stream.</summary>
public enum DeliverPolicy
{
    /// <summary>All that the stream holds.</summary>
    All,

    /// <summary>Those stored from then on.</summary>
    New,
}
