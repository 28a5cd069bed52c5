using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Federation.Actors.Host;

/// <summary>Ends the process when it runs out of memory.</summary>
/// <remarks>An actor, a task or the web server would catch the exception and continue with damaged state: a process that lives and does
/// not work. A drain is not attempted either; peers repeat unanswered messages, and the service manager restarts the node.</remarks>
internal static class OutOfMemory
{
    private const int StandardError = 2;

    private static readonly byte[] Message =
        ("The node is out of memory and has stopped; peers resend unanswered messages. "u8
            + "Give it more memory, or lower max_connections, max_message_size or queue_bytes.\n"u8).ToArray();

    /// <summary>The first exception for lack of memory, wherever it is thrown, ends the process with <see
    /// cref="ExitCodes.OutOfMemory"/>.</summary>
    /// <remarks>Everything needed is allocated here. Environment.FailFast allocates, and hung or failed itself.</remarks>
    public static void EndsProcess()
    {
        if (OperatingSystem.IsWindows())
        {
            AppDomain.CurrentDomain.FirstChanceException += static (_, thrown) =>
            {
                if (thrown.Exception is OutOfMemoryException)
                {
                    Environment.FailFast("The node is out of memory and has stopped.");
                }
            };
            return;
        }

        foreach (var name in (ReadOnlySpan<string>)[nameof(Write), nameof(Exit), nameof(End)])
        {
            var method = typeof(OutOfMemory).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
            if (method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
            {
                Marshal.Prelink(method);
            }
            else
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
            }
        }

        _ = Write(StandardError, Message, 0);
        AppDomain.CurrentDomain.FirstChanceException += End;
    }

    private static void End(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs thrown)
    {
        if (thrown.Exception is OutOfMemoryException)
        {
            _ = Write(StandardError, Message, Message.Length);
            Exit(ExitCodes.OutOfMemory);
        }
    }

    [DllImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int file, byte[] bytes, nint count);

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Exit(int code);
}
