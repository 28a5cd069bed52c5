using System.Diagnostics;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>The command line of a nats-server.</summary>
internal static class NatsServerCommand
{
    private const string FileName = "nats-server";

    // Debian installs it among the administrator's programs, which an ordinary user's PATH leaves out.
    private static readonly string[] ExtraFolders = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin"];

    /// <summary>Writes the configuration file, if there is one, and puts the command together.</summary>
    /// <exception cref="NatsServerFailedException">There is no nats-server on this machine.</exception>
    public static async Task<ProcessStartInfo> BuildAsync(
        NatsServerOptions options, DirectoryInfo directory, NatsServerPorts ports, int port, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Locate())
        {
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = directory.FullName,
            ArgumentList = { "-a", "127.0.0.1", "-p", port.ToString(), "--ports_file_dir", ports.DirectoryPath },
        };

        if (options.ConfigText is { } text)
        {
            Add(start, "-c", await WriteConfigAsync(text, directory, cancellationToken));
        }

        if (options.JetStreamDirectory is { } store)
        {
            Add(start, "-js", "-sd", store);
        }
        else if (options.JetStream)
        {
            Add(start, "-js", "-sd", Store(directory));
        }

        return start;
    }

    /// <summary>Writes the configuration file.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> WriteConfigAsync(string text, DirectoryInfo directory, CancellationToken cancellationToken)
    {
        var file = Path.Combine(directory.FullName, "server.conf");
        await File.WriteAllTextAsync(
            file, text.Replace(NatsServerOptions.Store, Store(directory), StringComparison.Ordinal), cancellationToken);
        return file;
    }

    private static string Store(DirectoryInfo directory) => Path.Combine(directory.FullName, "jetstream");

    private static void Add(ProcessStartInfo start, params ReadOnlySpan<string> arguments)
    {
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
    }

    private static string Locate()
    {
        if (Environment.GetEnvironmentVariable("NATS_SERVER") is { Length: > 0 } program)
        {
            return program;
        }

        var path = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return path.Concat(ExtraFolders).Select(folder => Path.Combine(folder, FileName)).FirstOrDefault(File.Exists)
            ?? throw new NatsServerFailedException("There is no nats-server on this machine; NATS_SERVER can name one.", string.Empty);
    }
}
