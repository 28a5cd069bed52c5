using System.Text;
using Microsoft.Win32.SafeHandles;
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
        // What comes in through a pipe is no reason to draw less.
        Interactive = IsThere ? InteractionSupport.Yes : InteractionSupport.No,
        Out = new AnsiConsoleOutput(Console.Out),
    });

    /// <summary>
    /// The output for lines without end. Where it is a pipe, writing to it fails once nobody reads it any more, as in <c>tap | head -1</c>;
    /// <see cref="Console.Out"/> would go on as if somebody did.
    /// </summary>
    /// <param name="output">Where else lines go.</param>
    public static TextWriter Lines(TextWriter output)
    {
        const int StandardOutput = 1;
        if (IsThere || OperatingSystem.IsWindows() || !ReferenceEquals(output, Console.Out))
        {
            return output;
        }

        var pipe = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);

        // Into a file Console.Out writes at the end, wherever that is; a stream of its own would write over what others write.
        return pipe.CanSeek ? output : new StreamWriter(pipe, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
            { AutoFlush = true };
    }

    /// <summary>Whether this came of writing where nobody reads any more.</summary>
    public static bool IsNobodyThere(IOException error)
    {
        // EPIPE, which is what the runtime puts there on Linux and macOS.
        const int BrokenPipe = 32;
        return error.HResult == BrokenPipe;
    }

    /// <summary>A text in which nothing steers the terminal: control characters become <c>?</c>, line breaks blanks.</summary>
    public static string Tame(string text) =>
        text.Any(char.IsControl)
            ? string.Concat(text.Select(static c => c is '\n' or '\r' or '\t' ? ' ' : char.IsControl(c) ? '?' : c)) : text;
}
