namespace Federation.Actors.Settings;

/// <summary>A value of a configuration text, and where it stands.</summary>
internal abstract class HoconNode(SettingOrigin origin)
{
    internal SettingOrigin Origin { get; } = origin;

    /// <summary>How a fault names what it found.</summary>
    internal abstract string Describe();
}
