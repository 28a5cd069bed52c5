using System.Globalization;

namespace Federation.Actors.Sockets;

/// <summary>How many descriptors (files, sockets) a node may come to need, and how many its process may have.</summary>
internal static class DescriptorBudget
{
    /// <summary>Connections to the admin endpoint: browsers hold up to six each, and scrapers and scripts one.</summary>
    public const int AdminConnections = 128;

    /// <summary>
    /// Descriptors that no accepted connection gets: for files that are read again, for connections to NATS and to other servers.
    /// </summary>
    public const int Reserve = 64;

    /// <summary>
    /// What an idle node has open: 226 (2026-11, .NET 10). 200 of them are the runtime's, two for each assembly that it has loaded.
    /// </summary>
    private const int Idle = 256;

    // To its bus, to the buses of other regions while it fails over, for requests.
    private const int PerComponent = 4;

    public static long Needed(FederationSettings settings)
    {
        long needed = Idle + Reserve + AdminConnections;
        foreach (var component in settings.Components)
        {
            needed += PerComponent
                + (component.Mode == ComponentMode.Server ? component.Server.MaxConnections : 1 + component.Client.Urls.Count);
        }

        foreach (var port in settings.Components.Where(static component => component is { Mode: ComponentMode.Server, Server.Listen: true })
            .GroupBy(static component => component.Server.HttpPort == 0
                ? component.Name : $"{component.Server.Host}:{component.Server.HttpPort}", StringComparer.Ordinal))
        {
            needed += port.Max(static component => component.Server.MaxPendingHandshakes);
        }

        return needed;
    }

    /// <summary>
    /// The process's limit, null when it cannot be known. The runtime has raised the soft limit to the hard one by the time this is called.
    /// </summary>
    public static long? Limit()
    {
        try
        {
            const string name = "Max open files";
            return File.ReadLines("/proc/self/limits")
                .FirstOrDefault(static line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
                && long.TryParse(line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0],
                    NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                ? limit
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
