using Federation.Actors.Protocol;
using Federation.Hocon;

using static Federation.Actors.Configuration.SettingsRules;

namespace Federation.Actors.Configuration;

internal static class ComponentRules
{
    private static readonly TimeSpan LongestHalfOpen = TimeSpan.FromSeconds(30);

    internal static IEnumerable<SettingsFault?> Of(ComponentSettings component, string path)
    {
        var (connection, auth) = (component.Connection, component.Auth);
        return
        [
            .. component.Mode == ComponentMode.Client ? OfClient(component.Client, $"{path}.client") : [],
            .. component.Mode == ComponentMode.Server ? OfServer(component.Server, $"{path}.server") : [],
            connection.KeepAliveInterval + connection.KeepAliveTimeout <= LongestHalfOpen ? null : SettingsFault.Unexpected(
                $"{path}.connection.keepalive_timeout",
                $"{Units.Write(connection.KeepAliveTimeout)} after a keepalive_interval of {Units.Write(connection.KeepAliveInterval)}",
                $"at most {Units.Write(LongestHalfOpen)} together"),
            component.Backpressure.RequestUpstream && !component.Bidirectional.Enabled
                ? SettingsFault.Unexpected(
                    $"{path}.backpressure.request_upstream", "true", "false while bidirectional.enabled is false: it needs requests")
                : null,
            .. auth.Type == AuthType.Bearer ? OfBearer(auth, component.Mode == ComponentMode.Server, $"{path}.auth") : [],
            auth.PeersFile.Length > 0 && (auth.Type != AuthType.Bearer || component.Mode != ComponentMode.Server)
                ? SettingsFault.Unexpected($"{path}.auth.peers_file", HoconWriter.Quote(auth.PeersFile),
                    "mode = server and auth.type = bearer as well")
                : null,
            .. OfProfiles(component, $"{path}.auth"),
            auth.Type != AuthType.Bearer && (auth.BearerInSubprotocol || auth.BearerInQuery)
                ? SettingsFault.Unexpected(
                    $"{path}.auth", auth.BearerInQuery ? "bearer_in_query" : "bearer_in_subprotocol", "type = bearer as well")
                : null,
            .. auth.Type == AuthType.Basic ? OfBasic(auth, $"{path}.auth") : [],
        ];
    }

    private static IEnumerable<SettingsFault?> OfClient(ClientSettings client, string path)
    {
        var plain = client.Tls == new TlsClientSettings()
            ? null
            : client.Servers.FirstOrDefault(static url => !url.StartsWith("wss:", StringComparison.OrdinalIgnoreCase));
        yield return (client.Url.Length > 0, client.Urls.Count > 0) switch
        {
            (false, false) => SettingsFault.Missing($"{path}.url", "a url that starts with ws:// or wss://"),
            (true, true) => SettingsFault.Unexpected($"{path}.urls", "both url and urls", "one of them"),

            // Nobody would notice that the trust that was set up is not used.
            (_, var many) when plain is not null => SettingsFault.Unexpected(
                $"{path}.{(many ? "urls" : "url")}",
                HoconWriter.Quote(Redaction.OfUrls(plain)),
                "a url that starts with wss://, because tls is configured"),
            _ => null,
        };
        yield return CertificateAndKey(client.Tls.CertFile, client.Tls.KeyFile, $"{path}.tls");
        if (client.Reconnect.MaxInterval < client.Reconnect.InitialInterval)
        {
            yield return SettingsFault.Unexpected(
                $"{path}.reconnect.max_interval",
                Units.Write(client.Reconnect.MaxInterval),
                $"at least the initial_interval of {Units.Write(client.Reconnect.InitialInterval)}");
        }
    }

    private static IEnumerable<SettingsFault?> OfServer(ServerSettings server, string path)
    {
        var tls = server.Tls;
        if (server.TrustedProxies.Count == 0 && (server.ProxyProtocol || server.ClientNameHeader.Length > 0))
        {
            yield return SettingsFault.Missing(
                $"{path}.trusted_proxies", $"the proxies that {(server.ProxyProtocol ? "proxy_protocol" : "client_name_header")} is for");
        }

        if (!server.Listen && tls != new TlsServerSettings())
        {
            yield return SettingsFault.Unexpected(
                $"{path}.tls", "settings of a port, with listen = false", "none: they belong to the application's web server");
            yield break;
        }

        if (tls != new TlsServerSettings { MinVersion = tls.MinVersion })
        {
            yield return Required(tls.CertFile, $"{path}.tls.cert_file", "the file of the server's certificate");
        }

        yield return OneOf($"{path}.tls", ("cert_password_env", tls.CertPasswordEnv), ("cert_password_file", tls.CertPasswordFile));
        if (tls.RequireClientCert)
        {
            yield return Required(
                tls.ClientCaFile, $"{path}.tls.client_ca_file", "the file of the authorities to trust for client certificates");
        }
    }

    private static IEnumerable<SettingsFault?> OfBearer(AuthSettings auth, bool isServer, string path) =>
    [
        OneOf(path, ("bearer_token_env", auth.BearerTokenEnv), ("bearer_token_file", auth.BearerTokenFile)),
        isServer && (auth.Tokens.Count > 0 || auth.PeersFile.Length > 0) ? null : Variable(
            auth.BearerTokenEnv + auth.BearerTokenFile,
            path,
            "bearer_token_env",
            "the token",
            isServer ? "bearer_token_file, peers_file or tokens" : "bearer_token_file"),
        .. auth.Tokens.SelectMany((token, i) => OfToken(token, $"{path}.tokens[{i}]")),
    ];

    private static IEnumerable<SettingsFault?> OfToken(TokenSettings token, string path) =>
    [
        Required(token.Name, $"{path}.name", "the name of the peer with this token"),
        NodeName.IsGenerated(token.Name)
            ? SettingsFault.Unexpected(
                $"{path}.name",
                HoconWriter.Quote(token.Name),
                $"another name: {NodeName.GeneratedPrefix} and a number is reserved for peers without a name")
            : null,
        OneOf(path, ("token_env", token.TokenEnv), ("token_file", token.TokenFile)),
        Variable(token.TokenEnv + token.TokenFile, path, "token_env", "the token", "token_file"),
    ];

    private static IEnumerable<SettingsFault?> OfBasic(AuthSettings auth, string path) =>
    [
        OneOf(path, ("basic_username_env", auth.BasicUsernameEnv), ("basic_username_file", auth.BasicUsernameFile)),
        OneOf(path, ("basic_password_env", auth.BasicPasswordEnv), ("basic_password_file", auth.BasicPasswordFile)),
        Variable(auth.BasicUsernameEnv + auth.BasicUsernameFile, path, "basic_username_env", "the user name", "basic_username_file"),
        Variable(auth.BasicPasswordEnv + auth.BasicPasswordFile, path, "basic_password_env", "the password", "basic_password_file"),
    ];

    private static IEnumerable<SettingsFault?> OfProfiles(ComponentSettings component, string path)
    {
        var (auth, profiles) = (component.Auth, component.Auth.Profiles);
        if (component.Mode != ComponentMode.Server && profiles.Count + auth.Profile.Length > 0)
        {
            yield return SettingsFault.Unexpected(
                $"{path}.{(profiles.Count > 0 ? "profiles" : "profile")}", "profiles of peers that connect", "mode = server as well");
        }

        var names = auth.ProfileNames;
        yield return auth.Profile.Length == 0 || names.Contains(auth.Profile, StringComparer.Ordinal)
            ? null
            : SettingsFault.Unexpected($"{path}.profile", HoconWriter.Quote(auth.Profile), PeerTable.ExpectedProfile(auth.Profile, names));
        foreach (var (index, profile) in profiles.Index())
        {
            var at = HoconWriter.Join($"{path}.profiles", profile.Name);
            yield return OfName(profile.Name, at, names.Take(index), "profile");
            yield return profile.MaxMessageSize <= component.Connection.MaxMessageSize ? null : SettingsFault.Unexpected(
                $"{at}.max_message_size", Units.Write(profile.MaxMessageSize),
                $"at most the connection.max_message_size of {Units.Write(component.Connection.MaxMessageSize)}");
            yield return profile.MaxConnections <= component.Server.MaxConnectionsPerPeer ? null : SettingsFault.Unexpected(
                $"{at}.max_connections", $"{profile.MaxConnections}",
                $"at most the server.max_connections_per_peer of {component.Server.MaxConnectionsPerPeer}");
        }
    }

    private static SettingsFault? Variable(string given, string path, string key, string holds, string others) =>
        Required(given, $"{path}.{key}", $"the name of the environment variable that holds {holds}, or {others} in its place");
}
