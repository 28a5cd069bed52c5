using System.Diagnostics;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>The command line of a nats-server.</summary>
internal static class NatsServerCommand
{
    private const string FileName = "nats-server";

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

        return Tool.Find(FileName)
            ?? throw new NatsServerFailedException("There is no nats-server on this machine; NATS_SERVER can name one.", string.Empty);
    }
}
