using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A signal to a process that this one has started; <see cref="Process"/> itself can only kill. The numbers are Linux's.</summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/signal.7.html"/>
internal sealed class ProcessSignal
{
    /// <summary>SIGTERM: a request to end.</summary>
    public static readonly ProcessSignal Terminate = new(15);

    /// <summary>SIGINT: what Ctrl-C sends.</summary>
    public static readonly ProcessSignal Interrupt = new(2);

    /// <summary>SIGSTOP: freezes the process.</summary>
    public static readonly ProcessSignal Stop = new(19);

    /// <summary>SIGCONT: lets a frozen process go on.</summary>
    public static readonly ProcessSignal Continue = new(18);

    /// <summary>SIGUSR2, which nats-server takes as the start of its lame duck mode.</summary>
    public static readonly ProcessSignal LameDuck = new(12);

    private const int NoSuchProcess = 3;

    private readonly int _number;

    private ProcessSignal(int number) => _number = number;

    /// <summary>SIGHUP: dial what is not connected.</summary>
    public static readonly ProcessSignal HangUp = new(1);

    /// <summary>Sends SIGSTOP and waits until every thread has stopped, which the signal itself does not.</summary>
    public static void Freeze(Process process)
    {
        Stop.SendTo(process);
        var patience = Stopwatch.StartNew();
        while (Directory.GetDirectories($"/proc/{process.Id}/task").Any(static thread => !IsStopped(thread)))
        {
            Assert.True(patience.Elapsed < Patience.Long, $"process {process.Id} did not stop");
            Thread.Yield();
        }
    }

    /// <summary>Sends the signal. A process that has just ended is no error.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public void SendTo(Process process)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Signals are sent with Linux's numbers.");
        }

        if (!process.HasExited && SysKill(process.Id, _number) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new Win32Exception(error);
        }
    }

    /// <summary>The state is the letter after the name, which stands in parentheses.</summary>
    private static bool IsStopped(string thread) =>
        File.ReadAllText(thread + "/stat") is var stat && stat[stat.LastIndexOf(')') + 2] == 'T';

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SysKill(int pid, int signal);
}
