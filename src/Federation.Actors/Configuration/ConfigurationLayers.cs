using Akka.Configuration;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>Combines the file and the command line. The command line takes precedence.</summary>
internal sealed class ConfigurationLayers
{
    private const string AkkaKey = "akka";
    private const string Root = Setting.Root;

    private readonly SettingsReading _reading = new();

    /// <exception cref="HoconSyntaxException">An override has an unresolved reference.</exception>
    internal LoadedConfiguration Read(HoconMap file, IEnumerable<string> overrides, Func<string, string?> environment)
    {
        file = ComponentDocument.Adopt(file, _reading);
        var commands = new HoconResolver(ParseOverrides(overrides), environment).Resolve();
        var merged = Normalize(commands).Over(Normalize(file));
        var settings = ReadFederation(merged[Root]);
        var akka = ReadAkka(merged[AkkaKey]);
        return new LoadedConfiguration(settings, _reading.Faults, EffectiveConfiguration.CompleteOrigins(settings, _reading.Origins), akka);
    }

    private HoconMap ParseOverrides(IEnumerable<string> overrides)
    {
        var root = new HoconMap(HoconOrigin.Override);
        foreach (var text in overrides)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                _reading.Fault(SettingsFault.Unexpected("--set", HoconWriter.Quote(Redaction.OfUrls(text)), "path=value"));
                continue;
            }

            try
            {
                var path = HoconParser.ParsePath(text[..equals], "--set");
                if (path[0] is Root or AkkaKey)
                {
                    root.Assign(path, ParseOverride(text[(equals + 1)..].Trim(), $"--set {HoconWriter.Path(path)}"));
                }
                else
                {
                    _reading.Fault(SettingsFault.Unexpected(
                        HoconWriter.Path(path), "an unknown key", $"a path that starts with {Root} or {AkkaKey}"));
                }
            }
            catch (HoconSyntaxException e)
            {
                _reading.Fault(new SettingsFault(e.Position, e.Problem));
            }
        }

        return root;
    }

    /// <summary>Brackets, quotes and references are HOCON. Other text is literal, so a url does not need quotes.</summary>
    private static HoconNode ParseOverride(string value, string name) =>
        value.Length > 0 && value[0] is '{' or '[' or '"' || value.StartsWith("${", StringComparison.Ordinal)
            ? HoconParser.ParseValue(value, name, HoconOrigin.Override)
            : new HoconScalar(value, quoted: false, HoconOrigin.Override);

    private HoconMap Normalize(HoconMap layer)
    {
        var normalized = new HoconMap(layer.Origin);
        foreach (var (key, value) in layer.Entries)
        {
            if (string.Equals(key, Root, StringComparison.Ordinal) && value is HoconMap block)
            {
                normalized[key] = _reading.Normalize(block, typeof(FederationSettings), Root);
            }
            else if (key is Root or AkkaKey)
            {
                normalized[key] = value;
            }
            else if (Spelling.Distance(key, Root) <= 3)
            {
                // Any other key may be the target of a reference; this one is a typing error.
                _reading.Fault(new SettingsFault(HoconWriter.Path(key), $"found an unknown key, expected {Root}"));
            }
        }

        return normalized;
    }

    private FederationSettings ReadFederation(HoconNode? node)
    {
        if (node is not HoconMap block)
        {
            if (_reading.Faults.Count == 0 || node is not null)
            {
                _reading.Fault(node is null
                    ? SettingsFault.Missing(Root, "a block")
                    : SettingsFault.Unexpected(Root, node.Describe(), "a block"));
            }

            return new FederationSettings();
        }

        var settings = _reading.Read(new FederationSettings(), block, Root);
        SettingsRules.Check(settings, _reading);
        return settings;
    }

    private Config ReadAkka(HoconNode? node)
    {
        if (node is null)
        {
            return Config.Empty;
        }

        try
        {
            return ConfigurationFactory.ParseString($"{AkkaKey} = {HoconWriter.Value(node)}");
        }
        catch (Exception e) when (e is not (OutOfMemoryException or StackOverflowException))
        {
            _reading.Fault(SettingsFault.Unexpected(AkkaKey, "settings that Akka cannot read", "a block of Akka settings"));
            return Config.Empty;
        }
    }
}
