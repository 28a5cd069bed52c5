namespace Federation.Actors.Benchmarks;

/// <summary>The contenders as the tables name them.</summary>
internal static class ContenderNames
{
    public const string Node = "node";
    public const string NodeDeflate = "node, deflate";
    public const string Bare = "bare loop";
    public const string Script = "Node.js";

    /// <summary>The node at half of what the bare loop can do.</summary>
    public const string NodeAtBareRate = "node, bare rate";

    public const string ReceiveOnly = "receive only";
    public const string PublishOnly = "publish only";
    public const string NodeStream = "node, JetStream";
    public const string BareStream = "bare JetStream";
}
