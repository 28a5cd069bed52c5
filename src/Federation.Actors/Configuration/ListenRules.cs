using System.Globalization;
using System.Net;

namespace Federation.Actors.Configuration;

/// <summary>Who may listen where: components may share an address, on paths of their own; the admin endpoint shares with nobody.</summary>
internal static class ListenRules
{
    internal static void Check(FederationSettings settings, Action<string, string, string> unexpected)
    {
        var servers = settings.Components
            .Where(component => component.Mode == ComponentMode.Server && component.Server is { Listen: true, HttpPort: not 0 }).ToList();
        for (var i = 0; i < servers.Count; i++)
        {
            var (component, server) = (servers[i], servers[i].Server);
            var path = EffectiveConfiguration.ComponentPath(component.Name) + ".server";
            foreach (var other in servers.Take(i).Where(other => other.Server.HttpPort == server.HttpPort))
            {
                if (IsSame(other.Server.Host, server.Host))
                {
                    if (string.Equals(other.Server.Path, server.Path, StringComparison.OrdinalIgnoreCase))
                    {
                        unexpected(
                            $"{path}.path", $"{Address(server.Host, server.HttpPort)}{server.Path}, which {other.Name} has", "another port or path");
                    }
                    else if (other.Server.Tls != server.Tls)
                    {
                        unexpected(
                            $"{path}.tls",
                            $"other values than {other.Name} has on {Address(server.Host, server.HttpPort)}",
                            "the same or another port");
                    }
                    else if (other.Server.LeanConnections != server.LeanConnections)
                    {
                        unexpected(
                            $"{path}.lean_connections",
                            $"another value than {other.Name} has on {Address(server.Host, server.HttpPort)}",
                            "the same or another port");
                    }
                    else if (IsProxiedOtherwise(other.Server, server))
                    {
                        unexpected(
                            $"{path}.proxy_protocol",
                            $"other values of it or of trusted_proxies than {other.Name} has on {Address(server.Host, server.HttpPort)}",
                            "the same or another port");
                    }
                }
                else if (Overlaps(other.Server.Host, server.Host))
                {
                    unexpected(
                        $"{path}.host",
                        $"{server.Host} on port {Number(server.HttpPort)}, where {other.Name} has {other.Server.Host}",
                        "the same host or another port");
                }
            }

            if (server.HttpPort == settings.Admin.Port && Overlaps(server.Host, settings.Admin.Host))
            {
                unexpected("federation.admin.port", $"{Number(settings.Admin.Port)}, which {component.Name} has", "another port");
            }
        }
    }

    /// <summary>A PROXY protocol header comes before anybody knows which component a connection is for.</summary>
    private static bool IsProxiedOtherwise(ServerSettings one, ServerSettings other) =>
        one.ProxyProtocol != other.ProxyProtocol || (one.ProxyProtocol && !one.TrustedProxies.SequenceEqual(other.TrustedProxies, StringComparer.Ordinal));

    internal static string Address(string host, int port) =>
        host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{Number(port)}" : $"{host}:{Number(port)}";

    internal static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static bool Overlaps(string left, string right) => IsSame(left, right) || IsWildcard(left) || IsWildcard(right);

    private static bool IsWildcard(string host) => host is "0.0.0.0" or "::" or "[::]";

    private static bool IsSame(string left, string right) =>
        string.Equals(Canonical(left), Canonical(right), StringComparison.OrdinalIgnoreCase);

    private static string Canonical(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" : host;
}
