using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>
/// The ports file: a server writes the addresses it listens on into a directory, once it is ready. It is how one learns of a port that the
/// system handed out.
/// </summary>
/// <seealso href="https://docs.nats.io/running-a-nats-service/configuration"/>
internal sealed class NatsServerPorts(DirectoryInfo directory)
{
    /// <summary>The port number with which nats-server asks the system for any free port.</summary>
    public const int HandedOutBySystem = -1;

    // The file takes some tens of milliseconds to appear.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Where the server is to write the file.</summary>
    public string DirectoryPath => directory.FullName;

    /// <summary>Deletes files of earlier runs; a killed server leaves its own behind.</summary>
    public void Clear()
    {
        foreach (var file in directory.EnumerateFiles())
        {
            file.Delete();
        }
    }

    /// <summary>Waits until the server has written its file and accepts a connection.</summary>
    /// <returns>The port, or null when the process has exited instead.</returns>
    /// <exception cref="OperationCanceledException">The wait was called off.</exception>
    public async Task<int?> WaitUntilAcceptingAsync(Process process, CancellationToken cancellationToken)
    {
        while (!process.HasExited)
        {
            if (ReadClientPort() is { } port && await AcceptsAsync(port, cancellationToken))
            {
                return port;
            }

            await Task.Delay(PollInterval, cancellationToken);
        }

        return null;
    }

    private static async Task<bool> AcceptsAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);

            // The server speaks first, with INFO: one byte of it shows that it serves and not only listens.
            return await client.GetStream().ReadAsync(new byte[1], cancellationToken) == 1;
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false;
        }
    }

    private int? ReadClientPort()
    {
        if (directory.EnumerateFiles("*.ports").FirstOrDefault() is not { } file)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file.FullName));
            return document.RootElement.TryGetProperty("nats", out var addresses) && addresses.GetArrayLength() > 0
                ? new Uri(addresses[0].GetString()!).Port
                : null;
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            // Caught in the middle of being written: the next look finds the rest.
            return null;
        }
    }
}
