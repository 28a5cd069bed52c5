namespace Federation.Actors;

/// <summary>Thrown when a configuration is invalid. The message lists every error, one per line.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1032:Implement standard exception constructors", Justification = "The exception is useless without its errors.")]
public sealed class SettingsException : Exception
{
    /// <summary>Creates an exception for these errors.</summary>
    /// <param name="faults">The errors in the order of the configuration; at least one.</param>
    public SettingsException(IReadOnlyList<SettingsFault> faults)
        : base(string.Join('\n', faults.Select(fault => fault.ToString())))
    {
        Faults = faults;
    }

    /// <summary>All errors of the configuration.</summary>
    public IReadOnlyList<SettingsFault> Faults { get; }
}
