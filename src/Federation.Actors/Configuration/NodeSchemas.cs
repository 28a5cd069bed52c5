using Federation.Actors.Protocol;

using static Federation.Actors.Configuration.SettingsSchemas;

namespace Federation.Actors.Configuration;

/// <summary>The keys of the node itself: NATS, administration, log, metrics, cluster, and the document that holds all of them.</summary>
internal static class NodeSchemas
{
    internal static SettingsSchema<NatsSettings> Nats { get; } = new(
        new SettingValue<NatsSettings, string>(
            "url", SettingKinds.Url("urls that start with nats://, tls://, ws:// or wss://, separated by commas", SettingTexts.AreNatsUrls),
            s => s.Url, (s, v) => s with { Url = v }),
        new SettingValue<NatsSettings, string>(
            "user", SettingKinds.Text("a user name", SettingTexts.Any), s => s.User, (s, v) => s with { User = v }),
        new SettingValue<NatsSettings, string>(
            "password_env", SettingKinds.VariableName, s => s.PasswordEnv, (s, v) => s with { PasswordEnv = v }),
        new SettingValue<NatsSettings, string>("password_file", FilePath, s => s.PasswordFile, (s, v) => s with { PasswordFile = v }),
        new SettingValue<NatsSettings, string>("token_env", SettingKinds.VariableName, s => s.TokenEnv, (s, v) => s with { TokenEnv = v }),
        new SettingValue<NatsSettings, string>("token_file", FilePath, s => s.TokenFile, (s, v) => s with { TokenFile = v }),
        new SettingValue<NatsSettings, string>("nkey_file", FilePath, s => s.NkeyFile, (s, v) => s with { NkeyFile = v }),
        new SettingValue<NatsSettings, string>("creds_file", FilePath, s => s.CredsFile, (s, v) => s with { CredsFile = v }),
        new SettingValue<NatsSettings, TimeSpan>(
            "connect_timeout", Patience, s => s.ConnectTimeout, (s, v) => s with { ConnectTimeout = v }),
        new SettingValue<NatsSettings, TimeSpan>(
            "ping_interval", SettingKinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            s => s.PingInterval, (s, v) => s with { PingInterval = v }),
        new SettingValue<NatsSettings, string>(
            "jetstream_domain", SettingKinds.Text("a name of 1 to 64 of A-Za-z0-9_-, or nothing", NodeName.IsValidOrEmpty),
            s => s.JetStreamDomain, (s, v) => s with { JetStreamDomain = v }),
        new SettingValue<NatsSettings, string>(
            "inbox_prefix", SettingKinds.Text("a NATS subject without wildcards", SettingTexts.IsSubject),
            s => s.InboxPrefix, (s, v) => s with { InboxPrefix = v }),
        new SettingSection<NatsSettings, TlsNatsSettings>("tls", NatsTls, s => s.Tls, (s, v) => s with { Tls = v }));

    internal static SettingsSchema<AdminSettings> Admin { get; } = new(
        new SettingValue<AdminSettings, string>("host", Host, s => s.Host, (s, v) => s with { Host = v }),
        new SettingValue<AdminSettings, int>("port", SettingKinds.Integer(0, 65535), s => s.Port, (s, v) => s with { Port = v }),
        new SettingValue<AdminSettings, string>("token_env", SettingKinds.VariableName, s => s.TokenEnv, (s, v) => s with { TokenEnv = v }),
        new SettingValue<AdminSettings, string>("token_file", FilePath, s => s.TokenFile, (s, v) => s with { TokenFile = v }),
        new SettingValue<AdminSettings, bool>("insecure", SettingKinds.Flag, s => s.Insecure, (s, v) => s with { Insecure = v }));

    internal static SettingsSchema<LogSettings> Log { get; } = new(
        new SettingValue<LogSettings, LogFormat>("format", SettingKinds.Choice<LogFormat>(), s => s.Format, (s, v) => s with { Format = v }),
        new SettingValue<LogSettings, LogThreshold>("level", SettingKinds.Choice<LogThreshold>(), s => s.Level, (s, v) => s with { Level = v }));

    internal static SettingsSchema<MetricsSettings> Metrics { get; } = new(
        new SettingValue<MetricsSettings, string>(
            "prefix", SettingKinds.Text("nothing, or letters, digits, _ and : that do not start with a digit", SettingTexts.IsMetricPrefix),
            s => s.Prefix, (s, v) => s with { Prefix = v }));

    internal static SettingsSchema<ClusterSettings> Cluster { get; } = new(
        new SettingValue<ClusterSettings, bool>("enabled", SettingKinds.Flag, s => s.Enabled, (s, v) => s with { Enabled = v }),
        new SettingValue<ClusterSettings, string>(
            "name", SettingKinds.Text("a name of 1 to 64 of A-Za-z0-9_-", NodeName.IsValid), s => s.Name, (s, v) => s with { Name = v }),
        new SettingValue<ClusterSettings, string>(
            "role", SettingKinds.Text("a name of 1 to 64 of A-Za-z0-9_-", NodeName.IsValid), s => s.Role, (s, v) => s with { Role = v }),
        new SettingValue<ClusterSettings, int>("shards", SettingKinds.Integer(1, 10_000), s => s.Shards, (s, v) => s with { Shards = v }),
        new SettingValue<ClusterSettings, string>("host", Host, s => s.Host, (s, v) => s with { Host = v }),
        new SettingValue<ClusterSettings, int>("port", SettingKinds.Integer(0, 65535), s => s.Port, (s, v) => s with { Port = v }),
        new SettingValue<ClusterSettings, IReadOnlyList<string>>(
            "seed_nodes", SettingKinds.TextList("a list of addresses such as 10.0.0.1:4053", SettingTexts.IsHostAndPort),
            s => s.SeedNodes, (s, v) => s with { SeedNodes = v }),
        new SettingValue<ClusterSettings, int>("min_nodes", SettingKinds.Integer(0, 1000), s => s.MinNodes, (s, v) => s with { MinNodes = v }));

    internal static SettingsSchema<FederationReading> Federation { get; } = new(
        Node(
            "node_id", SettingKinds.Text("1 to 64 of A-Za-z0-9_-, or nothing for the host name", NodeName.IsValidOrEmpty),
            s => s.NodeId, (s, v) => s with { NodeId = v.Length > 0 ? v : s.NodeId }),
        Node("max_hops", SettingKinds.Integer(1, 64), s => s.MaxHops, (s, v) => s with { MaxHops = v }),
        Node(
            "shutdown_timeout", SettingKinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)),
            s => s.ShutdownTimeout, (s, v) => s with { ShutdownTimeout = v }),
        Block("nats", Nats, s => s.Nats, (s, v) => s with { Nats = v }),
        Block("admin", Admin, s => s.Admin, (s, v) => s with { Admin = v }),
        Block("log", Log, s => s.Log, (s, v) => s with { Log = v }),
        Block("metrics", Metrics, s => s.Metrics, (s, v) => s with { Metrics = v }),
        Block("cluster", Cluster, s => s.Cluster, (s, v) => s with { Cluster = v }),
        new SettingSection<FederationReading, ComponentSettings>(
            DefaultsKey, Component, s => s.ComponentDefaults, (s, v) => s with { ComponentDefaults = v }, written: static _ => false),
        new SettingComponents());

    private static SettingValue<FederationReading, T> Node<T>(
        string name, SettingKind<T> kind, Func<FederationSettings, T> get, Func<FederationSettings, T, FederationSettings> set) =>
        new(name, kind, s => get(s.Settings), (s, v) => s with { Settings = set(s.Settings, v) });

    private static SettingSection<FederationReading, T> Block<T>(
        string name, SettingsSchema<T> schema, Func<FederationSettings, T> get, Func<FederationSettings, T, FederationSettings> set) =>
        new(name, schema, s => get(s.Settings), (s, v) => s with { Settings = set(s.Settings, v) });
}
