using System.Net;
using System.Net.Sockets;
using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>What valid settings need from the machine they run on: variables, files, free ports.</summary>
public static class StartChecks
{
    /// <summary>Looks at the environment, tries the files, and takes and releases each port. Opens nothing that stays open.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="environment">Where variables are looked up; the process's environment by default.</param>
    /// <returns>What stands in the way of a start; empty when nothing does.</returns>
    public static IReadOnlyList<SettingsFault> Run(FederationSettings settings, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        environment ??= Environment.GetEnvironmentVariable;
        return
        [
            .. Variables(settings).Where(variable => string.IsNullOrWhiteSpace(environment(variable.Name))).Select(variable =>
                SettingsFault.Unexpected(variable.Path, $"the environment variable {variable.Name} unset or empty", $"it to hold {variable.Meaning}")),
            .. UserNames(settings).Where(variable => environment(variable.Name)?.Contains(':', StringComparison.Ordinal) == true).Select(variable =>
                SettingsFault.Unexpected(variable.Path, $"a colon in the environment variable {variable.Name}", "a user name without one: the password begins there (RFC 7617)")),
            .. FileChecks.Run(settings, environment),
            .. Ports(settings).DistinctBy(port => (port.Host, port.Port)).Where(port => port.Port != 0)
                .Select(port => TryListen(port.Path, port.Host, port.Port)).OfType<SettingsFault>(),
        ];
    }

    private static IEnumerable<(string Path, string Name)> UserNames(FederationSettings settings) =>
        settings.Components.Where(static component => component.Auth.Type == AuthType.Basic)
            .Select(static component => ($"{EffectiveConfiguration.ComponentPath(component.Name)}.auth.basic_username_env", component.Auth.BasicUsernameEnv));

    private static IEnumerable<(string Path, string Name, string Meaning)> Variables(FederationSettings settings)
    {
        if (settings.Nats.PasswordEnv.Length > 0)
        {
            yield return ("federation.nats.password_env", settings.Nats.PasswordEnv, "the password");
        }

        if (settings.Nats.TokenEnv.Length > 0)
        {
            yield return ("federation.nats.token_env", settings.Nats.TokenEnv, "the token");
        }

        if (settings.Admin.TokenEnv.Length > 0)
        {
            yield return ("federation.admin.token_env", settings.Admin.TokenEnv, "the token");
        }

        foreach (var variable in settings.Components.SelectMany(Variables))
        {
            yield return variable;
        }
    }

    private static IEnumerable<(string Path, string Name, string Meaning)> Variables(ComponentSettings component)
    {
        var path = EffectiveConfiguration.ComponentPath(component.Name);
        var (auth, server) = (component.Auth, component.Mode == ComponentMode.Server);
        if (auth.Type == AuthType.Bearer)
        {
            if (auth.BearerTokenEnv.Length > 0)
            {
                yield return ($"{path}.auth.bearer_token_env", auth.BearerTokenEnv, "the token");
            }

            for (var i = 0; server && i < auth.Tokens.Count; i++)
            {
                if (auth.Tokens[i].TokenEnv.Length > 0)
                {
                    yield return ($"{path}.auth.tokens[{i}].token_env", auth.Tokens[i].TokenEnv, "the token");
                }
            }
        }

        if (auth.Type == AuthType.Basic)
        {
            if (auth.BasicUsernameEnv.Length > 0)
            {
                yield return ($"{path}.auth.basic_username_env", auth.BasicUsernameEnv, "the user name");
            }

            if (auth.BasicPasswordEnv.Length > 0)
            {
                yield return ($"{path}.auth.basic_password_env", auth.BasicPasswordEnv, "the password");
            }
        }

        if (server && component.Server.Tls.CertPasswordEnv.Length > 0)
        {
            yield return ($"{path}.server.tls.cert_password_env", component.Server.Tls.CertPasswordEnv, "the password");
        }
    }

    private static IEnumerable<(string Path, string Host, int Port)> Ports(FederationSettings settings) =>
        settings.Components.Where(component => component is { Mode: ComponentMode.Server, Server.Listen: true })
            .Select(component => ($"{EffectiveConfiguration.ComponentPath(component.Name)}.server.http_port", component.Server.Host, component.Server.HttpPort))
            .Append(("federation.admin.port", settings.Admin.Host, settings.Admin.Port))
            .Concat(settings.Cluster.Enabled ? [("federation.cluster.port", settings.Cluster.Host, settings.Cluster.Port)] : []);

    private static SettingsFault? TryListen(string path, string host, int port)
    {
        try
        {
            var address = IPAddress.TryParse(host, out var literal) ? literal : Dns.GetHostAddresses(host).First();
            using var listener = new TcpListener(address, port);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            var problem = e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "which is taken",
                SocketError.AccessDenied => "which needs more rights",
                SocketError.AddressNotAvailable => "which is not an address of this machine",
                _ => "which cannot be listened on",
            };
            return SettingsFault.Unexpected(path, $"{ListenRules.Address(host, port)}, {problem}", "a free port");
        }
    }
}
