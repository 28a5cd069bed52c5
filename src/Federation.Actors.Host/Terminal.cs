using System.Text;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace Federation.Actors.Host;

internal static class Terminal
{
    public static bool IsThere => !Console.IsOutputRedirected;

    /// <summary><c>NO_COLOR</c>: https://no-color.org.</summary>
    public static bool HasColors => IsThere && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Without colours unless <see cref="HasColors"/>.</summary>
    public static IAnsiConsole Output { get; } = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = IsThere ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = HasColors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        // What comes in through a pipe is no reason to draw less.
        Interactive = IsThere ? InteractionSupport.Yes : InteractionSupport.No,
        Out = new AnsiConsoleOutput(Console.Out),
    });

    /// <summary>For endless output. Writing to a closed pipe fails, as in <c>tap | head -1</c>; <see cref="Console.Out"/> would ignore
    /// it.</summary>
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

    public static bool IsNobodyThere(IOException error)
    {
        // EPIPE, which is what the runtime puts there on Linux and macOS.
        const int BrokenPipe = 32;
        return error.HResult == BrokenPipe;
    }

    public static string Tame(string text) =>
        text.Any(char.IsControl)
            ? string.Concat(text.Select(static c => c is '\n' or '\r' or '\t' ? ' ' : char.IsControl(c) ? '?' : c)) : text;
}
