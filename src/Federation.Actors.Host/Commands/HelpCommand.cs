using System.CommandLine;

namespace Federation.Actors.Host.Commands;

/// <summary><c>federation help</c> and <c>federation version</c>: the options <c>--help</c> and <c>--version</c> as verbs.</summary>
internal static class HelpCommand
{
    public static Command Create(RootCommand root)
    {
        var verb = new Argument<string[]>("VERB")
        {
            Description = "The verb to explain. Default: a short list of all verbs.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("help", "Explains a verb, or lists all verbs. The same as --help after the verb.") { verb };
        command.SetAction((parsed, cancel) =>
        {
            var verbs = parsed.GetValue(verb) ?? [];
            Command explained = root;
            foreach (var name in verbs)
            {
                explained = explained.Subcommands.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.Ordinal))
                    ?? throw new VerbFailedException(
                        $"no verb named {Terminal.Tame(name)}; the verbs are: "
                        + $"{string.Join(", ", explained.Subcommands.Select(static one => one.Name))}",
                        ExitCodes.BadSettings);
            }

            return root.Parse([.. verbs, "--help"]).InvokeAsync(parsed.InvocationConfiguration, cancel);
        });
        return command;
    }

    public static Command CreateVersion(RootCommand root)
    {
        var command = new Command("version", "Prints the version. The same as --version.");
        command.SetAction((parsed, cancel) => root.Parse(["--version"]).InvokeAsync(parsed.InvocationConfiguration, cancel));
        return command;
    }
}
