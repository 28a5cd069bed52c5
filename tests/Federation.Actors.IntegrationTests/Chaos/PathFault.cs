namespace Federation.Actors.IntegrationTests.Chaos;

/// <summary>Which process on the way from one stream to another is killed, and started again after a while.</summary>
internal enum PathFault
{
    /// <summary>The node that reads the first stream and dials.</summary>
    Edge,

    /// <summary>The node that is dialled and fills the second stream.</summary>
    Hub,

    /// <summary>The server of the first stream.</summary>
    EdgeBus,

    /// <summary>The server of the second stream.</summary>
    HubBus,
}
