namespace Federation.Hocon;

/// <summary>A value of a configuration text, and where it came from. Not thread-safe while it is written to.</summary>
public abstract class HoconNode
{
    private protected HoconNode(HoconOrigin origin) => Origin = origin;

    /// <summary>Where it came from.</summary>
    public HoconOrigin Origin { get; }

    /// <summary>What an error message calls it: <c>a block</c>, <c>a list</c>, or its text in quotes, cut at 80 characters, without
    /// credentials of URLs.</summary>
    public abstract string Describe();
}
