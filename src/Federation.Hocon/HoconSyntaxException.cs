namespace Federation.Actors.Settings;

/// <summary>A configuration text cannot be read further.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1032:Implement standard exception constructors", Justification = "It never leaves this folder.")]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "It never leaves this folder.")]
internal sealed class HoconSyntaxException(SettingsFault fault) : Exception(fault.ToString())
{
    internal SettingsFault Fault { get; } = fault;
}
