using System.Net;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The servers that a node's connections try: those of <c>nats.url</c>, and those that their cluster has announced since.
/// Thread-safe.</summary>
internal sealed class NatsServers
{
    private readonly Uri[] _configured;
    private volatile Uri[] _announced = [];

    public NatsServers(string url) => _configured = [.. url.Split(',').Select(static one => new Uri(one.Trim()))];

    /// <summary>Separated by commas, the configured ones first.</summary>
    public string Urls => string.Join(',', _configured.Concat(_announced).Select(static uri => uri.OriginalString));

    /// <summary>An INFO announces the whole cluster. Without announcement the known servers stay.</summary>
    public void Learn(INatsServerInfo? info)
    {
        if (info?.ClientConnectUrls is not { Length: > 0 } announced)
        {
            return;
        }

        // Credentials of a url go along: the library takes them from the first server for all.
        var scheme = _configured[0].Scheme;
        _announced =
        [
            .. announced.Select(address => Uri.TryCreate($"{scheme}://{address}", UriKind.Absolute, out var uri) ? uri : null)
                .OfType<Uri>()
                .Where(uri => !Array.Exists(_configured, configured => IsAt(configured, uri.Host, uri.Port)))
                .Distinct(),
        ];
    }

    /// <summary>An announced server is like the first configured one.</summary>
    public bool AsksForTls(string host, int port) => (Configured(host, port) ?? _configured[0]).Scheme is "tls";

    /// <summary>The name that a server's certificate must have; for an announced address, that of a configured server with a
    /// name.</summary>
    public string TlsName(string host, int port) =>
        Configured(host, port) is null && IPAddress.TryParse(host.Trim('[', ']'), out _)
            && Array.Find(_configured, static uri => uri.HostNameType == UriHostNameType.Dns) is { } named
            ? named.Host
            : host;

    private static bool IsAt(Uri server, string host, int port) =>
        string.Equals(server.Host, host, StringComparison.OrdinalIgnoreCase) && Port(server) == port;

    private static int Port(Uri server) => server.Port > 0 ? server.Port : 4222;

    private Uri? Configured(string host, int port) => Array.Find(_configured, configured => IsAt(configured, host, port));
}
