using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary><c>federation completion</c>: bash asks what stands behind a line, as it does at a press of the tab key.</summary>
public sealed class CompletionTests
{
    /// <summary>Loads the script and calls the function that it registers, with the variables that bash sets for it.</summary>
    private const string Press =
        """
        source <("$1" completion bash) || exit 3
        COMP_LINE="$2"; COMP_POINT=${#COMP_LINE}
        read -ra COMP_WORDS <<< "$2"; [[ $2 == *' ' ]] && COMP_WORDS+=('')
        COMP_WORDS[0]="$1"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        complete -p federation | grep -q -- '-F _federation' || exit 4
        _federation federation "${COMP_WORDS[COMP_CWORD]}" ''
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    [Theory]
    [InlineData("federation st", "status")]
    [InlineData("federation send --re", "--resend")]
    [InlineData("federation send a.ndjson --url ws://127.0.0.1/ --wi", "--window")]
    [InlineData("federation completion b", "bash")]
    [InlineData("federation ta", "tap")]
    public async Task Bash_completes_a_word(string line, string word)
    {
        Assert.Equal([word], await PressAsync(line));
    }

    [Fact]
    public async Task Bash_lists_the_verbs()
    {
        var words = await PressAsync("federation ");

        Assert.Superset(new HashSet<string>(["run", "validate", "send", "tap", "status", "top", "request",
            "peers", "convert", "completion"], StringComparer.Ordinal), words.ToHashSet(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("bash", "complete -o bashdefault -o default -F _federation federation")]
    [InlineData("zsh", "compdef _federation federation")]
    [InlineData("fish", "complete -c federation -a '(__federation_complete)'")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName federation -ScriptBlock {")]
    public async Task Each_shell_has_a_script(string shell, string line)
    {
        await using var program = FederationCommand.Start("completion", shell);

        Assert.Equal(0, await program.ExitedAsync());
        Assert.Contains(line, program.Output);
        Assert.Contains(program.Output, static text => text.Contains("[suggest:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_shell_is_refused_with_those_there_are()
    {
        await using var program = FederationCommand.Start("completion", "ksh");

        Assert.Equal(2, await program.ExitedAsync());
        Assert.Contains(program.Errors.Concat(program.Output), static line => line.Contains("fish", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> PressAsync(string line)
    {
        await using var bash = FederationProcess.Start(
            file: "/bin/bash", directory: null, environment: null, "--norc", "-c", Press, "bash", FederationProcess.Program, line);
        Assert.True(await bash.ExitedAsync() == 0, string.Join('\n', bash.Errors));
        return bash.Output;
    }
}
