namespace Federation.Actors.Settings;

/// <summary>A key that is known but does nothing yet, so that using it is told apart from a slip of the pen.</summary>
internal sealed class SettingUnsupported<TOwner>(string name, string reason) : SettingKey<TOwner>(name)
{
    internal override TOwner Read(TOwner owner, HoconNode node, string path, SettingsReading reading)
    {
        if (node is not HoconList { Items.Count: 0 })
        {
            reading.Fault(SettingsFault.Unexpected(path, node.Describe(), $"nothing: {reason}"));
        }

        return owner;
    }

    internal override void Check(TOwner owner, string path, SettingsReading reading)
    {
        // No record has it.
    }

    internal override IEnumerable<KeyValuePair<string, string>> Write(TOwner owner, string path) => [];

    internal override IEnumerable<KeyValuePair<string, string>> Describe(string path) => [];
}
