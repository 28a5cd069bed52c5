using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Federation.Actors.Configuration;
using Federation.Hocon;

namespace Federation.Actors;

/// <summary>Checks whether this machine has everything that the settings need: variables, files, free ports.</summary>
public static class StartChecks
{
    /// <summary>Checks the environment variables and files, and opens and closes each port.</summary>
    /// <param name="settings">Valid settings.</param>
    /// <param name="environment">Returns the values of variables; by default those of the process's environment.</param>
    /// <returns>Everything that prevents a start, in the order of the configuration: variables, files, ports; empty if nothing
    /// does.</returns>
    public static IReadOnlyList<SettingsFault> Run(FederationSettings settings, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        environment ??= Environment.GetEnvironmentVariable;
        var texts = Texts(settings).ToList();
        return
        [
            .. texts.Select(text => OfVariable(text, environment)).OfType<SettingsFault>(),
            .. texts.Select(text => FileChecks.Of(text, environment)).OfType<SettingsFault>(),
            .. Ports(settings).DistinctBy(static port => (port.Host, port.Port)).Where(static port => port.Port != 0)
                .Select(static port => TryListen(port.Path, port.Host, port.Port)).OfType<SettingsFault>(),
        ];
    }

    /// <summary>The texts in use that are not empty.</summary>
    internal static IEnumerable<TextSetting> Texts(FederationSettings settings)
    {
        var components = settings.Components.Select(static component => component with { Auth = Needed(component) });
        return Texts(settings with { Components = [.. components] }, Setting.Root).Where(static text => text.Value.Length > 0);
    }

    private static AuthSettings Needed(ComponentSettings component) => component.Auth.Type switch
    {
        AuthType.Bearer => new AuthSettings
        {
            BearerTokenEnv = component.Auth.BearerTokenEnv,
            BearerTokenFile = component.Auth.BearerTokenFile,
            Tokens = component.Mode == ComponentMode.Server ? component.Auth.Tokens : [],
            PeersFile = component.Auth.PeersFile,
            Profiles = component.Auth.Profiles,
        },
        AuthType.Basic => component.Auth with { BearerTokenEnv = "", BearerTokenFile = "", Tokens = [], PeersFile = "" },
        _ => new AuthSettings(),
    };

    private static IEnumerable<TextSetting> Texts(object record, string path) =>
        from setting in Setting.Of(record.GetType())
        where setting.IsUsed(record)
        let value = setting.Property.GetValue(record)!
        let at = HoconWriter.Join(path, setting.Key)
        from text in value is string found
            ? [new TextSetting(record, at, setting.Property.GetCustomAttribute<TextAttribute>(), found)]
            : setting.Blocks(value, at).SelectMany(static block => Texts(block.Record, block.Path))
        select text;

    private static SettingsFault? OfVariable(TextSetting text, Func<string, string?> environment)
    {
        if (text.Kind is not VariableNameAttribute { Holds: var holds })
        {
            return null;
        }

        var (name, value) = (text.Value, environment(text.Value));
        return string.IsNullOrWhiteSpace(value)
                ? SettingsFault.Unexpected(text.Path, $"the environment variable {name} unset or empty", $"it to hold {holds}")
            : text.Path.EndsWith(".basic_username_env", StringComparison.Ordinal) && value.Contains(':', StringComparison.Ordinal)
                ? SettingsFault.Unexpected(
                    text.Path,
                    $"a colon in the environment variable {name}",
                    "a user name without a colon: the password follows it (RFC 7617)")
            : null;
    }

    /// <summary>The ports that a node listens on, with the paths of their settings. 0: any free port.</summary>
    internal static IEnumerable<(string Path, string Host, int Port)> Ports(FederationSettings settings) =>
    [
        .. from component in settings.Components
           where component is { Mode: ComponentMode.Server, Server.Listen: true }
           let path = $"{EffectiveConfiguration.ComponentPath(component.Name)}.server.http_port"
           select (path, component.Server.Host, component.Server.HttpPort),
        ("federation.admin.port", settings.Admin.Host, settings.Admin.Port),
        .. Enumerable.Repeat(("federation.cluster.port", settings.Cluster.Host, settings.Cluster.Port), settings.Cluster.Enabled ? 1 : 0),
    ];

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
                SocketError.AddressAlreadyInUse => "which is in use",
                SocketError.AccessDenied => "which needs more privileges",
                SocketError.AddressNotAvailable => "which is not an address of this machine",
                _ => "which cannot be listened on",
            };
            return SettingsFault.Unexpected(path, $"{ListenRules.Address(host, port)}, {problem}", "a free port");
        }
    }
}

/// <param name="Kind">Null for the name of a component.</param>
internal sealed record TextSetting(object Owner, string Path, TextAttribute? Kind, string Value);
