namespace Federation.Hocon;

/// <summary>The possible origins of a value.</summary>
public enum HoconOriginKind
{
    /// <summary>The built-in default.</summary>
    Default,

    /// <summary>A configuration file.</summary>
    File,

    /// <summary>The command line.</summary>
    Override,

    /// <summary>An environment variable that a configuration refers to.</summary>
    Environment,

    /// <summary>A configuration object passed by the program that embeds the library.</summary>
    Embedder,
}
