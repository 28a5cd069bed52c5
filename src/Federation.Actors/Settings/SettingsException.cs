namespace Federation.Actors;

/// <summary>A configuration cannot be used. The message lists every fault, one a line.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1032:Implement standard exception constructors", Justification = "It says nothing without its faults.")]
public sealed class SettingsException : Exception
{
    /// <summary>Reports the faults.</summary>
    /// <param name="faults">What is wrong, in the order of the configuration; at least one.</param>
    public SettingsException(IReadOnlyList<SettingsFault> faults)
        : base(string.Join('\n', faults.Select(fault => fault.ToString())))
    {
        Faults = faults;
    }

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<SettingsFault> Faults { get; }
}
