using System.CommandLine;

namespace Federation.Actors.Host.Commands;

/// <summary>The options that say what a node is configured with, the same for every verb.</summary>
internal sealed class ConfigurationOptions(bool required = true)
{
    private readonly Option<string?> _file = new("--config", "-c")
    {
        Description = "The node's settings: a HOCON or JSON file.",
        HelpName = "FILE",
        Required = required,
    };

    private readonly Option<string[]> _overrides = new("--set", "-s")
    {
        Description = "A setting that wins over the file, such as federation.nats.url=nats://10.0.0.1:4222. May be given often.",
        HelpName = "path=value",
        DefaultValueFactory = static _ => [],
    };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_file);
        command.Options.Add(_overrides);
    }

    /// <summary>Whether a file was given.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_file) is not null;

    /// <summary>The file's name as it was given.</summary>
    public string File(ParseResult parsed) => parsed.GetValue(_file)!;

    /// <summary>Reads the configuration.</summary>
    public LoadedConfiguration Load(ParseResult parsed) =>
        FederationConfiguration.Load(File(parsed), parsed.GetRequiredValue(_overrides));
}
