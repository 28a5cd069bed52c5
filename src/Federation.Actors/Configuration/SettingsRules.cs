using Federation.Actors.Protocol;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>Rules about several settings: required ones, and consistent ones.</summary>
internal static class SettingsRules
{
    /// <summary>Reports faults, except where an already reported value may be the cause.</summary>
    internal static void Check(FederationSettings settings, SettingsReading reading)
    {
        var faulty = reading.Faults.ConvertAll(static fault => fault.Path);
        reading.Faults.AddRange(Of(settings).OfType<SettingsFault>()
            .Where(fault => !faulty.Exists(path => Contains(path, fault.Path) || Contains(fault.Path, path))));
    }

    internal static SettingsFault? OneOf(string path, (string Key, string Value) one, (string Key, string Value) other) =>
        one.Value.Length > 0 && other.Value.Length > 0 ? SettingsFault.Unexpected(path, $"{one.Key} and {other.Key}", "one of them") : null;

    internal static SettingsFault? Required(string value, string path, string expected) =>
        value.Length == 0 ? SettingsFault.Missing(path, expected) : null;

    internal static SettingsFault? CertificateAndKey(string certFile, string keyFile, string path) =>
        certFile.Length > 0 ? Required(keyFile, $"{path}.key_file", "the file of the private key of cert_file")
        : keyFile.Length > 0 ? SettingsFault.Missing($"{path}.cert_file", "the file of the certificate of key_file")
        : null;

    private static IEnumerable<SettingsFault?> Of(FederationSettings settings) =>
    [
        .. OfNats(settings.Nats),
        .. OfAdmin(settings.Admin),
        .. OfCluster(settings.Cluster),
        settings.Components.Count == 0 ? SettingsFault.Missing("federation.components", "at least one component") : null,
        .. settings.Components.SelectMany((component, i) =>
        {
            var path = EffectiveConfiguration.ComponentPath(component.Name);
            return ComponentRules.Of(component, path).Concat(PortRules.Of(component, path))
                .Prepend(OfName(component.Name, path, settings.Components.Take(i).Select(static other => other.Name), "component"));
        }),
        .. ListenRules.Of(settings),
    ];

    internal static SettingsFault? OfName(string name, string path, IEnumerable<string> before, string what) =>
        !NodeName.IsValid(name) ? SettingsFault.Unexpected(path, $"the name {HoconWriter.Quote(name)}", "a name of 1 to 64 of A-Za-z0-9_-")
        : before.Contains(name, StringComparer.Ordinal) ? SettingsFault.Unexpected(path, $"a second {what} with this name", "another name")
        : null;

    private static IEnumerable<SettingsFault?> OfNats(NatsSettings nats)
    {
        const string Path = "federation.nats";
        yield return OneOf(Path, ("token_env", nats.TokenEnv), ("token_file", nats.TokenFile));
        yield return OneOf(Path, ("password_env", nats.PasswordEnv), ("password_file", nats.PasswordFile));
        (string Kind, bool IsGiven)[] credentials =
        [
            ("token_env", nats.TokenEnv.Length > 0),
            ("token_file", nats.TokenEnv.Length == 0 && nats.TokenFile.Length > 0),
            ("user", nats.User.Length > 0),
            ("nkey_file", nats.NkeyFile.Length > 0),
            ("creds_file", nats.CredsFile.Length > 0),
            ("credentials in the url", Redaction.HasUserInfo(nats.Url)),
        ];
        var given = credentials.Where(static kind => kind.IsGiven).Select(static kind => kind.Kind).ToList();
        if (given.Count > 1)
        {
            yield return SettingsFault.Unexpected(Path, string.Join(" and ", given), "at most one kind of credentials");
        }

        if (nats.PasswordEnv.Length + nats.PasswordFile.Length > 0)
        {
            var password = nats.PasswordEnv.Length > 0 ? "password_env" : "password_file";
            yield return Required(nats.User, $"{Path}.user", $"the user whose password is in {password}");
        }

        yield return CertificateAndKey(nats.Tls.CertFile, nats.Tls.KeyFile, $"{Path}.tls");
    }

    private static IEnumerable<SettingsFault?> OfAdmin(AdminSettings admin) =>
    [
        OneOf("federation.admin", ("token_env", admin.TokenEnv), ("token_file", admin.TokenFile)),
        admin.IsLoopback || admin.HasToken || admin.Insecure ? null : SettingsFault.Unexpected(
            "federation.admin.host",
            $"{admin.Host}, which other machines can reach, without admin.token_env or admin.token_file",
            "a loopback address such as 127.0.0.1, or a token (in the environment variable that admin.token_env names, "
            + "or in the file admin.token_file), or admin.insecure = true for access without a token"),
    ];

    private static IEnumerable<SettingsFault?> OfCluster(ClusterSettings cluster)
    {
        const string Path = "federation.cluster";
        var tls = cluster.Tls;
        yield return CertificateAndKey(tls.CertFile, tls.KeyFile, $"{Path}.tls");
        yield return tls.Enabled
            ? Required(tls.CaFile, $"{Path}.tls.ca_file", "the file of the authorities that issue the certificates of the nodes") : null;
        if (cluster.Enabled && !tls.Enabled && !cluster.Insecure && !ListenRules.IsLoopback(cluster.Host))
        {
            yield return SettingsFault.Unexpected(
                $"{Path}.host",
                $"{cluster.Host}, where anyone who can reach the port controls the node",
                "a loopback address such as 127.0.0.1, or cluster.tls with cert_file, key_file and ca_file, or cluster.insecure = true in "
                + "a network of trusted machines");
        }
    }

    private static bool Contains(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] is '.' or '[');
}
