using System.Globalization;

namespace Federation.Actors.Sockets;

/// <summary>The descriptors (files, sockets) that a node may need, and the limit of its process.</summary>
internal static class DescriptorBudget
{
    /// <summary>Browsers hold up to six connections to the admin endpoint each, scrapers and scripts one.</summary>
    public const int AdminConnections = 128;

    /// <summary>Not for accepted connections, but for files that are read again and connections to NATS and other servers.</summary>
    public const int Reserve = 64;

    /// <summary>Of an idle node: 226 (2026-11, .NET 10). 200 of them are the runtime's, two for each loaded assembly.</summary>
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

    /// <summary>Null when unknown. The runtime has raised the soft limit to the hard one before.</summary>
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
