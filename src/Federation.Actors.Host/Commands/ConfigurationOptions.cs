using System.CommandLine;

namespace Federation.Actors.Host.Commands;

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
        Description = "A setting that overrides the file, such as federation.nats.url=nats://10.0.0.1:4222. May be repeated.",
        HelpName = "path=value",
        DefaultValueFactory = static _ => [],
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_file);
        command.Options.Add(_overrides);
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_file) is not null;

    public string File(ParseResult parsed) => parsed.GetValue(_file)!;

    public LoadedConfiguration Load(ParseResult parsed) =>
        FederationConfiguration.Load(File(parsed), parsed.GetRequiredValue(_overrides));
}
