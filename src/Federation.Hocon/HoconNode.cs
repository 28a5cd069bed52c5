namespace Federation.Hocon;

/// <summary>A value of a configuration text with its origin. Not thread-safe while it is modified.</summary>
public abstract class HoconNode
{
    private protected HoconNode(HoconOrigin origin) => Origin = origin;

    /// <summary>The origin of the value.</summary>
    public HoconOrigin Origin { get; }

    /// <summary>Description for error messages: <c>a block</c>, <c>a list</c>, or the text in quotes, truncated to 80 characters, without
    /// credentials of URLs.</summary>
    public abstract string Describe();
}
