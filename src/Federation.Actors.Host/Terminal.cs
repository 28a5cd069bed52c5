using Spectre.Console;

namespace Federation.Actors.Host;

/// <summary>What may be shown where: colours and live views are for people. Stateless.</summary>
internal static class Terminal
{
    /// <summary>True when the output is a terminal.</summary>
    public static bool IsThere => !Console.IsOutputRedirected;

    /// <summary>True when the output is a terminal and <c>NO_COLOR</c> (https://no-color.org) is not set.</summary>
    public static bool HasColors => IsThere && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>The output for what is coloured; without colours wherever <see cref="HasColors"/> is false.</summary>
    public static IAnsiConsole Output { get; } = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = IsThere ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = HasColors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Out = new AnsiConsoleOutput(Console.Out),
    });

    /// <summary>A text in which nothing steers the terminal: control characters become <c>?</c>, line breaks blanks.</summary>
    public static string Tame(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(static c => c is '\n' or '\r' or '\t' ? ' ' : char.IsControl(c) ? '?' : c)) : text;
}
