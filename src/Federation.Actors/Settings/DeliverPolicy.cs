namespace Federation.Actors;

/// <summary>Which stored messages a peer gets when it comes for the first time.</summary>
public enum DeliverPolicy
{
    /// <summary>All that the stream holds.</summary>
    All,

    /// <summary>Those stored from then on.</summary>
    New,
}
