namespace Federation.Hocon;

/// <summary>The kinds of places a setting can come from.</summary>
public enum HoconOriginKind
{
    /// <summary>Nobody said anything: the built-in default.</summary>
    Default,

    /// <summary>A configuration file.</summary>
    File,

    /// <summary>The command line.</summary>
    Override,

    /// <summary>An environment variable that a configuration refers to.</summary>
    Environment,

    /// <summary>A configuration object handed over by the embedding program.</summary>
    Embedder,
}
