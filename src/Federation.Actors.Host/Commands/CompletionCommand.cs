using System.CommandLine;

namespace Federation.Actors.Host.Commands;

internal static class CompletionCommand
{
    /// <summary>Scripts that query the program itself by the command line library's directive: position, then the line after the
    /// program's name.</summary>
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] =
            """
            # In ~/.bashrc:  source <(federation completion bash)
            _federation() {
              local line=${COMP_LINE:0:$COMP_POINT}
              local rest=${line#*[[:space:]]}
              local current=${COMP_WORDS[COMP_CWORD]}
              COMPREPLY=()
              # What holds a colon or an equals sign is several words to bash: left to the names of files.
              local candidates
              candidates=$("${COMP_WORDS[0]}" "[suggest:${#rest}]" "$rest" 2>/dev/null) || return 0
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$candidates" -- "$current"))
            }
            complete -o bashdefault -o default -F _federation federation
            """,
        ["zsh"] =
            """
            # In ~/.zshrc, behind compinit:  source <(federation completion zsh)
            _federation() {
              local line=${BUFFER[1,$CURSOR]}
              local rest=${line#*[[:space:]]}
              local -a candidates
              candidates=(${(f)"$(${words[1]} "[suggest:${#rest}]" "$rest" 2>/dev/null)"})
              compadd -a candidates || _files
            }
            compdef _federation federation
            """,
        ["fish"] =
            """
            # In ~/.config/fish/config.fish:  federation completion fish | source
            function __federation_complete
              set -l line (commandline -cp)
              set -l rest (string replace -r '^\s*\S+\s?' '' -- $line)
              federation "[suggest:"(string length -- "$rest")"]" "$rest" 2>/dev/null
            end
            complete -c federation -a '(__federation_complete)'
            """,
        ["pwsh"] =
            """
            # In $PROFILE:  federation completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName federation -ScriptBlock {
              param($word, $tree, $cursor)
              $line = $tree.ToString().PadRight($cursor).Substring(0, $cursor)
              $rest = $line -replace '^\s*\S+\s?', ''
              federation "[suggest:$($rest.Length)]" "$rest" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
              }
            }
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion",
            "Prints a completion script for a shell. Its first line contains the file to add it to.") { shell };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(Scripts[parsed.GetRequiredValue(shell)]));
        return command;
    }
}
