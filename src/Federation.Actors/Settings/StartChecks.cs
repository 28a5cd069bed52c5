using System.Net;
using System.Net.Sockets;
using System.Security;

namespace Federation.Actors.Settings;

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
            .. Variables(settings).Where(variable => string.IsNullOrEmpty(environment(variable.Name))).Select(variable =>
                SettingsFault.Unexpected(variable.Path, $"the environment variable {variable.Name} unset or empty", $"it to hold {variable.Meaning}")),
            .. Files(settings.Nats).Where(file => !CanRead(file.Name)).Select(file =>
                SettingsFault.Unexpected(file.Path, HoconWriter.Quote(file.Name), "a file that can be read")),
            .. Ports(settings).DistinctBy(port => (port.Host, port.Port)).Where(port => port.Port != 0)
                .Select(port => TryListen(port.Path, port.Host, port.Port)).OfType<SettingsFault>(),
        ];
    }

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

        foreach (var component in settings.Components)
        {
            var path = EffectiveConfiguration.ComponentPath(component.Name) + ".auth";
            switch (component.Auth.Type)
            {
                case AuthType.Bearer:
                    yield return ($"{path}.bearer_token_env", component.Auth.BearerTokenEnv, "the token");
                    break;
                case AuthType.Basic:
                    yield return ($"{path}.basic_username_env", component.Auth.BasicUsernameEnv, "the user name");
                    yield return ($"{path}.basic_password_env", component.Auth.BasicPasswordEnv, "the password");
                    break;
                default:
                    break;
            }
        }
    }

    private static IEnumerable<(string Path, string Name)> Files(NatsSettings nats) =>
        new (string Path, string Name)[] { ("federation.nats.nkey_file", nats.NkeyFile), ("federation.nats.creds_file", nats.CredsFile) }
            .Where(file => file.Name.Length > 0);

    private static IEnumerable<(string Path, string Host, int Port)> Ports(FederationSettings settings) =>
        settings.Components.Where(component => component.Mode == ComponentMode.Server)
            .Select(component => ($"{EffectiveConfiguration.ComponentPath(component.Name)}.server.http_port", component.Server.Host, component.Server.HttpPort))
            .Append(("federation.admin.port", settings.Admin.Host, settings.Admin.Port));

    private static bool CanRead(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or SecurityException)
        {
            return false;
        }
    }

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
