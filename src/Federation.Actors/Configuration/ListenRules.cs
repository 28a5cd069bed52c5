using System.Net;

namespace Federation.Actors.Configuration;

/// <summary>Rules about listening: components may share a port on different paths; the admin endpoint has its own.</summary>
internal static class ListenRules
{
    internal static IEnumerable<SettingsFault?> Of(FederationSettings settings)
    {
        var servers = settings.Components
            .Where(static component => component is { Mode: ComponentMode.Server, Server: { Listen: true, HttpPort: not 0 } }).ToList();
        return servers.SelectMany((component, i) => servers.Take(i).Where(other => other.Server.HttpPort == component.Server.HttpPort)
            .Select(other => OfTwo(component, other)).Append(OfAdmin(component, settings.Admin)));
    }

    private static SettingsFault? OfTwo(ComponentSettings component, ComponentSettings before)
    {
        var (path, server, other) = ($"{EffectiveConfiguration.ComponentPath(component.Name)}.server", component.Server, before.Server);
        var place = $"{before.Name} has on {Address(server.Host, server.HttpPort)}";
        const string Same = "the same or another port";
        return !Overlaps(other.Host, server.Host) ? null
            : !IsSame(other.Host, server.Host) ? SettingsFault.Unexpected(
                $"{path}.host",
                $"{server.Host} on port {server.HttpPort}, where {before.Name} has {other.Host}",
                "the same host or another port")
            : string.Equals(other.Path, server.Path, StringComparison.OrdinalIgnoreCase) ? SettingsFault.Unexpected(
                $"{path}.path", $"{Address(server.Host, server.HttpPort)}{server.Path}, which {before.Name} uses", "another port or path")
            : other.Tls != server.Tls ? SettingsFault.Unexpected($"{path}.tls", $"other values than {place}", Same)
            : other.LeanConnections != server.LeanConnections
                ? SettingsFault.Unexpected($"{path}.lean_connections", $"another value than {place}", Same)
            : IsProxiedOtherwise(other, server)
                ? SettingsFault.Unexpected($"{path}.proxy_protocol", $"other values of it or of trusted_proxies than {place}", Same)
            : null;
    }

    private static SettingsFault? OfAdmin(ComponentSettings component, AdminSettings admin) =>
        component.Server.HttpPort == admin.Port && Overlaps(component.Server.Host, admin.Host)
            ? SettingsFault.Unexpected("federation.admin.port", $"{admin.Port}, which {component.Name} uses", "another port")
            : null;

    /// <summary>A PROXY protocol header comes before the connection's component is known.</summary>
    private static bool IsProxiedOtherwise(ServerSettings one, ServerSettings other) => one.ProxyProtocol != other.ProxyProtocol
        || (one.ProxyProtocol && !one.TrustedProxies.SequenceEqual(other.TrustedProxies, StringComparer.Ordinal));

    internal static string Address(string host, int port) =>
        host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";

    internal static bool IsLoopback(string host) =>
        IsSame(host, "localhost") || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool Overlaps(string left, string right) => IsSame(left, right) || IsWildcard(left) || IsWildcard(right);

    private static bool IsWildcard(string host) => host is "0.0.0.0" or "::" or "[::]";

    private static bool IsSame(string left, string right) =>
        string.Equals(Canonical(left), Canonical(right), StringComparison.OrdinalIgnoreCase);

    private static string Canonical(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" : host;
}
