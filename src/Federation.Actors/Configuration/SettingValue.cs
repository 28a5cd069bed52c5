using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>A key that holds one value.</summary>
internal sealed class SettingValue<TOwner, T>(string name, SettingKind<T> kind, Func<TOwner, T> get, Func<TOwner, T, TOwner> set)
    : SettingKey<TOwner>(name)
{
    internal override string Expected => kind.Expected;

    internal override TOwner Read(TOwner owner, HoconNode node, string path, SettingsReading reading)
    {
        if (!kind.TryRead(node, out var value))
        {
            var found = kind.Hidden && node is HoconScalar ? "something that is none (not shown: it may be a secret)" : node.Describe();
            reading.Fault(OfEntry(node, path) ?? SettingsFault.Unexpected(path, found, kind.Expected));
            return owner;
        }

        reading.Origins[path] = node.Origin;
        return set(owner, value);
    }

    /// <summary>The first entry of a list that is not accepted.</summary>
    private SettingsFault? OfEntry(HoconNode node, string path)
    {
        if (kind.AcceptsEntry is { } accepts && node is HoconList list)
        {
            for (var i = 0; i < list.Items.Count; i++)
            {
                if (list.Items[i] is not HoconScalar entry || !accepts(entry.Text))
                {
                    return SettingsFault.Unexpected($"{path}[{i}]", list.Items[i].Describe(), $"an entry of {kind.Expected}");
                }
            }
        }

        return null;
    }

    internal override void Check(TOwner owner, string path, SettingsReading reading)
    {
        var value = get(owner);
        if (value is null || !kind.Accepts(value))
        {
            var found = value is null ? "null" : kind.Hidden ? "something that is none (not shown: it may be a secret)" : kind.Write(value);
            reading.Fault(SettingsFault.Unexpected(path, found, kind.Expected));
        }
    }

    internal override IEnumerable<KeyValuePair<string, string>> Write(TOwner owner, string path) => [new(path, kind.Write(get(owner)))];
}
