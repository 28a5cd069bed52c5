using Federation.Actors.Protocol;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>What settings must be beyond each one's own type and range: given where needed, and in accord with each other.</summary>
internal sealed class SettingsRules
{
    private static readonly TimeSpan LongestHalfOpen = TimeSpan.FromSeconds(30);

    private readonly SettingsReading _reading;
    private readonly List<string> _faulty;

    private SettingsRules(SettingsReading reading)
    {
        _reading = reading;
        _faulty = reading.Faults.ConvertAll(fault => fault.Path);
    }

    internal static void Check(FederationSettings settings, SettingsReading reading)
    {
        var rules = new SettingsRules(reading);
        rules.CheckNats(settings.Nats);
        rules.CheckAdmin(settings.Admin);
        if (settings.Components.Count == 0)
        {
            rules.Missing("federation.components", "at least one component");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var component in settings.Components)
        {
            var path = EffectiveConfiguration.ComponentPath(component.Name);
            if (!NodeName.IsValid(component.Name))
            {
                rules.Unexpected(path, "the name " + HoconWriter.Quote(component.Name), "a name of 1 to 64 of A-Za-z0-9_-");
            }
            else if (!names.Add(component.Name))
            {
                rules.Unexpected(path, "a second component of this name", "another name");
            }

            rules.CheckComponent(component, path);
        }

        ListenRules.Check(settings, rules.Unexpected);
    }

    private void CheckAdmin(AdminSettings admin)
    {
        OneOf("federation.admin", "token_env", admin.TokenEnv, "token_file", admin.TokenFile);
        if (!admin.IsLoopback && !admin.HasToken && !admin.Insecure)
        {
            Unexpected(
                "federation.admin.host",
                $"{admin.Host}, which others reach, and neither admin.token_env nor admin.token_file",
                "a loopback address such as 127.0.0.1, or admin.token_env = \"NAME\" with the name of an environment variable that holds a token, or admin.token_file with a file that does, or admin.insecure = true to let everybody look");
        }
    }

    private void CheckNats(NatsSettings nats)
    {
        var given = new List<string>();
        OneOf("federation.nats", "token_env", nats.TokenEnv, "token_file", nats.TokenFile);
        OneOf("federation.nats", "password_env", nats.PasswordEnv, "password_file", nats.PasswordFile);
        AddIf(given, nats.TokenEnv, "token_env");
        AddIf(given, nats.TokenEnv.Length > 0 ? "" : nats.TokenFile, "token_file");
        AddIf(given, nats.User, "user");
        AddIf(given, nats.NkeyFile, "nkey_file");
        AddIf(given, nats.CredsFile, "creds_file");
        AddIf(given, Redaction.HasUserInfo(nats.Url) ? nats.Url : "", "credentials in the url");
        if (given.Count > 1)
        {
            Unexpected("federation.nats", string.Join(" and ", given), "at most one kind of credentials");
        }

        if (nats.PasswordEnv.Length + nats.PasswordFile.Length > 0 && nats.User.Length == 0)
        {
            Missing("federation.nats.user", $"the user whose password is in {(nats.PasswordEnv.Length > 0 ? "password_env" : "password_file")}");
        }

        CheckPair("federation.nats.tls", nats.Tls.CertFile, nats.Tls.KeyFile);
    }

    private void CheckComponent(ComponentSettings component, string path)
    {
        if (component.Mode == ComponentMode.Client)
        {
            CheckClient(component.Client, $"{path}.client");
        }
        else
        {
            CheckServer(component.Server, $"{path}.server");
        }

        var connection = component.Connection;
        if (connection.KeepAliveInterval + connection.KeepAliveTimeout > LongestHalfOpen)
        {
            Unexpected(
                $"{path}.connection.keepalive_timeout",
                $"{Units.Write(connection.KeepAliveTimeout)} after a keepalive_interval of {Units.Write(connection.KeepAliveInterval)}",
                $"at most {Units.Write(LongestHalfOpen)} together");
        }

        if (component.Backpressure.RequestUpstream && !component.Bidirectional.Enabled)
        {
            Unexpected($"{path}.backpressure.request_upstream", "true", "false while bidirectional.enabled is false: it needs requests");
        }

        CheckAuth(component, $"{path}.auth");
        CheckPorts(component.Ports, $"{path}.ports.outputs");
        EgressRules.Check(component, path, Missing, Unexpected);
    }

    private void CheckClient(ClientSettings client, string path)
    {
        if (client.Url.Length == 0 && client.Urls.Count == 0)
        {
            Missing($"{path}.url", "a url that starts with ws:// or wss://");
        }
        else if (client.Url.Length > 0 && client.Urls.Count > 0)
        {
            Unexpected($"{path}.urls", "a list besides a url", "only one of url and urls");
        }
        else if (client.Tls != new TlsClientSettings()
            && client.Servers.FirstOrDefault(static url => !url.StartsWith("wss:", StringComparison.OrdinalIgnoreCase)) is { } plain)
        {
            // Whoever sets up trust and then gets none would not notice.
            Unexpected(
                client.Urls.Count > 0 ? $"{path}.urls" : $"{path}.url", HoconWriter.Quote(Redaction.OfUrls(plain)),
                "a url that starts with wss://, since tls is given");
        }

        CheckPair($"{path}.tls", client.Tls.CertFile, client.Tls.KeyFile);

        if (client.Reconnect.MaxInterval < client.Reconnect.InitialInterval)
        {
            Unexpected(
                $"{path}.reconnect.max_interval", Units.Write(client.Reconnect.MaxInterval),
                $"at least the initial_interval of {Units.Write(client.Reconnect.InitialInterval)}");
        }
    }

    private void CheckServer(ServerSettings server, string path)
    {
        if (server.TrustedProxies.Count == 0 && (server.ProxyProtocol || server.ClientNameHeader.Length > 0))
        {
            Missing($"{path}.trusted_proxies", server.ProxyProtocol ? "the proxies that proxy_protocol is for" : "the proxies that client_name_header is for");
        }

        if (!server.Listen && server.Tls != new TlsServerSettings())
        {
            Unexpected($"{path}.tls", "settings of a port, with listen = false", "none: the web server that the component is mapped on encrypts");
            return;
        }

        CheckServerTls(server.Tls, $"{path}.tls");
    }

    private void CheckServerTls(TlsServerSettings tls, string path)
    {
        if (!tls.Enabled && tls != new TlsServerSettings { MinVersion = tls.MinVersion })
        {
            Missing($"{path}.cert_file", "the file of the server's certificate");
        }

        OneOf(path, "cert_password_env", tls.CertPasswordEnv, "cert_password_file", tls.CertPasswordFile);
        if (tls.RequireClientCert)
        {
            MissingIf(tls.ClientCaFile, $"{path}.client_ca_file", "the file of the authorities that client certificates are trusted from");
        }
    }

    private void CheckPair(string path, string certFile, string keyFile)
    {
        if (certFile.Length > 0)
        {
            MissingIf(keyFile, $"{path}.key_file", "the file of the private key of cert_file");
        }

        if (keyFile.Length > 0)
        {
            MissingIf(certFile, $"{path}.cert_file", "the file of the certificate of key_file");
        }
    }

    private void CheckAuth(ComponentSettings component, string path)
    {
        var auth = component.Auth;
        if (auth.Type == AuthType.Bearer)
        {
            CheckBearer(auth, component.Mode, path);
        }

        CheckBearerPlaces(auth, path);
        if (auth.Type == AuthType.Basic)
        {
            OneOf(path, "basic_username_env", auth.BasicUsernameEnv, "basic_username_file", auth.BasicUsernameFile);
            OneOf(path, "basic_password_env", auth.BasicPasswordEnv, "basic_password_file", auth.BasicPasswordFile);
            MissingIf(
                auth.BasicUsernameEnv + auth.BasicUsernameFile,
                $"{path}.basic_username_env",
                "the name of the environment variable that holds the user name, or basic_username_file in its place");
            MissingIf(
                auth.BasicPasswordEnv + auth.BasicPasswordFile,
                $"{path}.basic_password_env",
                "the name of the environment variable that holds the password, or basic_password_file in its place");
        }
    }

    private void CheckBearerPlaces(AuthSettings auth, string path)
    {
        if (auth.Type != AuthType.Bearer && (auth.BearerInSubprotocol || auth.BearerInQuery))
        {
            Unexpected(path, auth.BearerInQuery ? "bearer_in_query" : "bearer_in_subprotocol", "type = bearer beside it");
        }
    }

    private void CheckBearer(AuthSettings auth, ComponentMode mode, string path)
    {
        if (auth.BearerTokenEnv.Length > 0 && auth.BearerTokenFile.Length > 0)
        {
            Unexpected(path, "bearer_token_env and bearer_token_file", "one of them");
        }

        var many = mode == ComponentMode.Server;
        if (auth.BearerTokenEnv.Length + auth.BearerTokenFile.Length == 0 && !(many && auth.Tokens.Count > 0))
        {
            Missing(
                $"{path}.bearer_token_env",
                "the name of the environment variable that holds the token, or "
                + (many ? "bearer_token_file or tokens in its place" : "bearer_token_file in its place"));
        }

        for (var i = 0; i < auth.Tokens.Count; i++)
        {
            var (token, tokenPath) = (auth.Tokens[i], $"{path}.tokens[{i}]");
            MissingIf(token.Name, $"{tokenPath}.name", "the identity of the peer that shows the token");
            if (NodeName.IsGenerated(token.Name))
            {
                Unexpected($"{tokenPath}.name", HoconWriter.Quote(token.Name), $"another name: {NodeName.GeneratedPrefix} and a number is given to peers without a name");
            }

            if (token.TokenEnv.Length > 0 && token.TokenFile.Length > 0)
            {
                Unexpected(tokenPath, "token_env and token_file", "one of them");
            }
            else if (token.TokenFile.Length == 0)
            {
                MissingIf(
                    token.TokenEnv,
                    $"{tokenPath}.token_env",
                    "the name of the environment variable that holds the token, or token_file in its place");
            }
        }
    }

    private void CheckPorts(PortsSettings ports, string path)
    {
        if (ports.Outputs.Count == 0 && ports.Inputs.Count == 0)
        {
            Missing(path, $"an output named {PortsSettings.DataName}, or an input");
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < ports.Outputs.Count; i++)
        {
            var port = ports.Outputs[i];
            MissingIf(port.Name, $"{path}[{i}].name", $"{PortsSettings.DataName} or {PortsSettings.ControlName}");
            MissingIf(port.Subject, $"{path}[{i}].subject", "a NATS subject");
            if (port.FullSubject.Length > 0 && !SettingTexts.IsSubjectTemplate(port.FullSubject))
            {
                Unexpected($"{path}[{i}].subject_prefix", HoconWriter.Quote(port.SubjectPrefix), "a prefix that ends with a dot, since {subject} can only be whole tokens");
            }

            if (port.Name.Length > 0 && ports.Outputs.Count > 1
                && (port.Name is not (PortsSettings.DataName or PortsSettings.ControlName) || !names.Add(port.Name)))
            {
                Unexpected(
                    $"{path}[{i}].name", HoconWriter.Quote(port.Name), $"{PortsSettings.DataName} or {PortsSettings.ControlName}, each once");
            }
        }

        if (ports.Data is null && ports.Inputs.Count == 0)
        {
            Missing(path, $"an output named {PortsSettings.DataName}");
        }

        CheckControl(ports, path);
    }

    private void CheckControl(PortsSettings ports, string path)
    {
        if (ports.Control is not { } control)
        {
            return;
        }

        var index = ports.Outputs.TakeWhile(port => port != control).Count();
        if (control.Type != PortType.Nats)
        {
            Unexpected($"{path}[{index}].type", control.Type.ToString().ToLowerInvariant(), $"nats: requests and replies of {PortsSettings.ControlName} are not stored");
        }

        if (control.SubjectPrefix.Length > 0)
        {
            Unexpected($"{path}[{index}].subject_prefix", HoconWriter.Quote(control.SubjectPrefix), $"nothing: {PortsSettings.ControlName} has one subject, which says it all");
        }

        if (control.Subject.Contains('{', StringComparison.Ordinal))
        {
            Unexpected($"{path}[{index}].subject", HoconWriter.Quote(control.Subject), "a NATS subject without placeholders, since others subscribe below it");
        }
    }

    private void OneOf(string path, string name, string value, string other, string otherValue)
    {
        if (value.Length > 0 && otherValue.Length > 0)
        {
            Unexpected(path, $"{name} and {other}", "one of them");
        }
    }

    private static void AddIf(List<string> given, string value, string name)
    {
        if (value.Length > 0)
        {
            given.Add(name);
        }
    }

    private void MissingIf(string value, string path, string expected)
    {
        if (value.Length == 0)
        {
            Missing(path, expected);
        }
    }

    private void Missing(string path, string expected) => Report(SettingsFault.Missing(path, expected));

    private void Unexpected(string path, string found, string expected) => Report(SettingsFault.Unexpected(path, found, expected));

    /// <summary>A path that is already known to be faulty, or holds one that is, is not reported for what follows from that.</summary>
    private void Report(SettingsFault fault)
    {
        if (!_faulty.Exists(path => Holds(path, fault.Path) || Holds(fault.Path, path)))
        {
            _reading.Fault(fault);
        }
    }

    private static bool Holds(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] is '.' or '[');
}
