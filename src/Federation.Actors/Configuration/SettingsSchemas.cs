using Federation.Actors.Protocol;

namespace Federation.Actors.Configuration;

/// <summary>Every key of a component, what it is called, what it accepts, and which record property it fills.</summary>
internal static class SettingsSchemas
{
    internal const string RootKey = "federation";
    internal const string DefaultsKey = "component_defaults";
    internal const string ModeKey = "mode";
    internal const string ServerKey = "server";
    internal const string ClientKey = "client";

    private const long KiB = 1L << 10;
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;

    internal static readonly SettingKind<string> Host = SettingKinds.Text("an IP address or a host name", SettingTexts.IsHost);
    internal static readonly SettingKind<string> FilePath = SettingKinds.Text("the path of a file", SettingTexts.Any);
    internal static readonly SettingKind<TimeSpan> Patience = SettingKinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
    private static readonly SettingKind<TimeSpan> KeepAlive = SettingKinds.Duration(
        TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30));
    private static readonly SettingKind<TimeSpan> Grace = SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromDays(7));

    internal static SettingsSchema<TlsServerSettings> ServerTls { get; } = new(
        new SettingValue<TlsServerSettings, string>("cert_file", FilePath, s => s.CertFile, (s, v) => s with { CertFile = v }),
        new SettingValue<TlsServerSettings, string>("key_file", FilePath, s => s.KeyFile, (s, v) => s with { KeyFile = v }),
        new SettingValue<TlsServerSettings, string>(
            "cert_password_env", SettingKinds.VariableName, s => s.CertPasswordEnv, (s, v) => s with { CertPasswordEnv = v }),
        new SettingValue<TlsServerSettings, string>(
            "cert_password_file", FilePath, s => s.CertPasswordFile, (s, v) => s with { CertPasswordFile = v }),
        new SettingValue<TlsServerSettings, string>("client_ca_file", FilePath, s => s.ClientCaFile, (s, v) => s with { ClientCaFile = v }),
        new SettingValue<TlsServerSettings, bool>(
            "require_client_cert", SettingKinds.Flag, s => s.RequireClientCert, (s, v) => s with { RequireClientCert = v }),
        new SettingValue<TlsServerSettings, string>(
            "min_version", SettingKinds.Text("1.2 or 1.3", static text => text is "1.2" or "1.3"),
            s => s.MinVersion, (s, v) => s with { MinVersion = v }));

    internal static SettingsSchema<TlsClientSettings> ClientTls { get; } = new(
        new SettingValue<TlsClientSettings, string>("ca_file", FilePath, s => s.CaFile, (s, v) => s with { CaFile = v }),
        new SettingValue<TlsClientSettings, string>("cert_file", FilePath, s => s.CertFile, (s, v) => s with { CertFile = v }),
        new SettingValue<TlsClientSettings, string>("key_file", FilePath, s => s.KeyFile, (s, v) => s with { KeyFile = v }),
        new SettingValue<TlsClientSettings, string>(
            "server_name",
            SettingKinds.Text("a host name, or nothing for the host of the url", static text => text.Length == 0 || SettingTexts.IsHost(text)),
            s => s.ServerName, (s, v) => s with { ServerName = v }),
        new SettingValue<TlsClientSettings, bool>(
            "insecure_skip_verify", SettingKinds.Flag, s => s.InsecureSkipVerify, (s, v) => s with { InsecureSkipVerify = v }));

    internal static SettingsSchema<TlsNatsSettings> NatsTls { get; } = new(
        new SettingValue<TlsNatsSettings, string>("ca_file", FilePath, s => s.CaFile, (s, v) => s with { CaFile = v }),
        new SettingValue<TlsNatsSettings, string>("cert_file", FilePath, s => s.CertFile, (s, v) => s with { CertFile = v }),
        new SettingValue<TlsNatsSettings, string>("key_file", FilePath, s => s.KeyFile, (s, v) => s with { KeyFile = v }),
        new SettingValue<TlsNatsSettings, bool>(
            "insecure_skip_verify", SettingKinds.Flag, s => s.InsecureSkipVerify, (s, v) => s with { InsecureSkipVerify = v }));

    internal static SettingsSchema<TokenSettings> Token { get; } = new(
        new SettingValue<TokenSettings, string>(
            "name", SettingKinds.Text("a name of 1 to 64 of A-Za-z0-9_-", NodeName.IsValidOrEmpty),
            s => s.Name, (s, v) => s with { Name = v }),
        new SettingValue<TokenSettings, string>("token_env", SettingKinds.VariableName, s => s.TokenEnv, (s, v) => s with { TokenEnv = v }),
        new SettingValue<TokenSettings, string>("token_file", FilePath, s => s.TokenFile, (s, v) => s with { TokenFile = v }));

    internal static SettingsSchema<ServerSettings> Server { get; } = new(
        new SettingValue<ServerSettings, bool>("listen", SettingKinds.Flag, s => s.Listen, (s, v) => s with { Listen = v }),
        new SettingValue<ServerSettings, string>("host", Host, s => s.Host, (s, v) => s with { Host = v }),
        new SettingValue<ServerSettings, int>(
            "http_port", SettingKinds.Integer(0, 65535), s => s.HttpPort, (s, v) => s with { HttpPort = v }),
        new SettingValue<ServerSettings, string>(
            "path", SettingKinds.Text("a path that starts with / and has no query", SettingTexts.IsPath),
            s => s.Path, (s, v) => s with { Path = v }),
        new SettingValue<ServerSettings, int>(
            "max_connections", SettingKinds.Integer(1, 1_000_000), s => s.MaxConnections, (s, v) => s with { MaxConnections = v }),
        new SettingValue<ServerSettings, int>(
            "max_pending_handshakes", SettingKinds.Integer(1, 100_000), s => s.MaxPendingHandshakes, (s, v) => s with { MaxPendingHandshakes = v }),
        new SettingValue<ServerSettings, int>(
            "max_upgrades_per_second", SettingKinds.Integer(0, 1_000_000),
            s => s.MaxUpgradesPerSecond, (s, v) => s with { MaxUpgradesPerSecond = v }),
        new SettingValue<ServerSettings, int>(
            "max_connections_per_peer", SettingKinds.Integer(1, 1_000_000),
            s => s.MaxConnectionsPerPeer, (s, v) => s with { MaxConnectionsPerPeer = v }),
        new SettingValue<ServerSettings, int>(
            "read_buffer_size", SettingKinds.Integer(256, 65536), s => s.ReadBufferSize, (s, v) => s with { ReadBufferSize = v }),
        new SettingValue<ServerSettings, int>(
            "write_buffer_size", SettingKinds.Integer(256, 65536), s => s.WriteBufferSize, (s, v) => s with { WriteBufferSize = v }),
        new SettingValue<ServerSettings, bool>(
            "enable_compression", SettingKinds.Flag, s => s.EnableCompression, (s, v) => s with { EnableCompression = v }),
        new SettingValue<ServerSettings, bool>(
            "lean_connections", SettingKinds.Flag, s => s.LeanConnections, (s, v) => s with { LeanConnections = v }),
        new SettingValue<ServerSettings, IReadOnlyList<string>>(
            "allowed_origins", SettingKinds.TextList("a list of origins such as https://example.com, file:// or null, or *", SettingTexts.IsOrigin),
            s => s.AllowedOrigins, (s, v) => s with { AllowedOrigins = v }),
        new SettingValue<ServerSettings, IReadOnlyList<string>>(
            "subprotocols", SettingKinds.TextList("a list of names of subprotocols", SettingTexts.IsSubprotocol),
            s => s.Subprotocols, (s, v) => s with { Subprotocols = v }),
        new SettingValue<ServerSettings, IReadOnlyList<string>>(
            "trusted_proxies", SettingKinds.TextList("a list of addresses and networks such as 10.0.0.0/8", SettingTexts.IsAddressOrNetwork),
            s => s.TrustedProxies, (s, v) => s with { TrustedProxies = v }),
        new SettingValue<ServerSettings, string>(
            "client_name_header", SettingKinds.Text("the name of a header, or nothing", static text => text.Length == 0 || SettingTexts.IsHttpToken(text)),
            s => s.ClientNameHeader, (s, v) => s with { ClientNameHeader = v }),
        new SettingValue<ServerSettings, bool>(
            "proxy_protocol", SettingKinds.Flag, s => s.ProxyProtocol, (s, v) => s with { ProxyProtocol = v }),
        new SettingValue<ServerSettings, TimeSpan>(
            "handshake_timeout", Patience, s => s.HandshakeTimeout, (s, v) => s with { HandshakeTimeout = v }),
        new SettingSection<ServerSettings, TlsServerSettings>("tls", ServerTls, s => s.Tls, (s, v) => s with { Tls = v }));

    internal static SettingsSchema<ReconnectSettings> Reconnect { get; } = new(
        new SettingValue<ReconnectSettings, bool>("enabled", SettingKinds.Flag, s => s.Enabled, (s, v) => s with { Enabled = v }),
        new SettingValue<ReconnectSettings, int>(
            "max_retries", SettingKinds.Integer(0, 1_000_000), s => s.MaxRetries, (s, v) => s with { MaxRetries = v }),
        new SettingValue<ReconnectSettings, TimeSpan>(
            "initial_interval", SettingKinds.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)),
            s => s.InitialInterval, (s, v) => s with { InitialInterval = v }),
        new SettingValue<ReconnectSettings, TimeSpan>(
            "max_interval", SettingKinds.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)),
            s => s.MaxInterval, (s, v) => s with { MaxInterval = v }),
        new SettingValue<ReconnectSettings, double>(
            "multiplier", SettingKinds.Number(1, 100), s => s.Multiplier, (s, v) => s with { Multiplier = v }),
        new SettingValue<ReconnectSettings, double>("jitter", SettingKinds.Number(0, 1), s => s.Jitter, (s, v) => s with { Jitter = v }),
        new SettingValue<ReconnectSettings, TimeSpan>(
            "stable_after", SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromHours(1)),
            s => s.StableAfter, (s, v) => s with { StableAfter = v }));

    internal static SettingsSchema<ClientSettings> Client { get; } = new(
        new SettingValue<ClientSettings, string>(
            "url", SettingKinds.Url("a url that starts with ws:// or wss:// and holds no credentials", SettingTexts.IsWebSocketUrlOrEmpty),
            s => s.Url, (s, v) => s with { Url = v }),
        new SettingValue<ClientSettings, IReadOnlyList<string>>(
            "urls", SettingKinds.TextList(
                "a list of urls that start with ws:// or wss:// and hold no credentials",
                static text => text.Length > 0 && SettingTexts.IsWebSocketUrlOrEmpty(text)),
            s => s.Urls, (s, v) => s with { Urls = v }),
        new SettingValue<ClientSettings, string>(
            "proxy", SettingKinds.Url("a url that starts with http://, socks4:// or socks5:// and holds no credentials", SettingTexts.IsProxyUrlOrEmpty),
            s => s.Proxy, (s, v) => s with { Proxy = v }),
        new SettingSection<ClientSettings, ReconnectSettings>("reconnect", Reconnect, s => s.Reconnect, (s, v) => s with { Reconnect = v }),
        new SettingValue<ClientSettings, TimeSpan>(
            "handshake_timeout", Patience, s => s.HandshakeTimeout, (s, v) => s with { HandshakeTimeout = v }),
        new SettingValue<ClientSettings, TimeSpan>(
            "keepalive_message_interval", SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromHours(1)),
            s => s.KeepAliveMessageInterval, (s, v) => s with { KeepAliveMessageInterval = v }),
        new SettingSection<ClientSettings, TlsClientSettings>("tls", ClientTls, s => s.Tls, (s, v) => s with { Tls = v }));

    internal static SettingsSchema<ConnectionSettings> Connection { get; } = new(
        new SettingValue<ConnectionSettings, long>(
            "max_message_size", SettingKinds.Size(KiB, 64 * MiB), s => s.MaxMessageSize, (s, v) => s with { MaxMessageSize = v }),
        new SettingValue<ConnectionSettings, TimeSpan>(
            "message_timeout", SettingKinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), s => s.MessageTimeout, (s, v) => s with { MessageTimeout = v }),
        new SettingValue<ConnectionSettings, TimeSpan>(
            "keepalive_interval", KeepAlive, s => s.KeepAliveInterval, (s, v) => s with { KeepAliveInterval = v }),
        new SettingValue<ConnectionSettings, TimeSpan>(
            "keepalive_timeout", KeepAlive, s => s.KeepAliveTimeout, (s, v) => s with { KeepAliveTimeout = v }),
        new SettingValue<ConnectionSettings, int>(
            "max_parse_errors", SettingKinds.Integer(1, 1_000_000), s => s.MaxParseErrors, (s, v) => s with { MaxParseErrors = v }),
        new SettingValue<ConnectionSettings, long>(
            "send_queue_bytes", SettingKinds.Size(64 * KiB, GiB), s => s.SendQueueBytes, (s, v) => s with { SendQueueBytes = v }));

    internal static SettingsSchema<AuthSettings> Auth { get; } = new(
        new SettingValue<AuthSettings, AuthType>("type", SettingKinds.Choice<AuthType>(), s => s.Type, (s, v) => s with { Type = v }),
        new SettingValue<AuthSettings, string>(
            "bearer_token_env", SettingKinds.VariableName, s => s.BearerTokenEnv, (s, v) => s with { BearerTokenEnv = v }),
        new SettingValue<AuthSettings, string>(
            "bearer_token_file", FilePath, s => s.BearerTokenFile, (s, v) => s with { BearerTokenFile = v }),
        new SettingBlocks<AuthSettings, TokenSettings>(
            "tokens", Token, static () => new(), s => s.Tokens, (s, v) => s with { Tokens = v }),
        new SettingValue<AuthSettings, bool>(
            "bearer_in_subprotocol", SettingKinds.Flag, s => s.BearerInSubprotocol, (s, v) => s with { BearerInSubprotocol = v }),
        new SettingValue<AuthSettings, bool>("bearer_in_query", SettingKinds.Flag, s => s.BearerInQuery, (s, v) => s with { BearerInQuery = v }),
        new SettingValue<AuthSettings, string>(
            "basic_username_env", SettingKinds.VariableName, s => s.BasicUsernameEnv, (s, v) => s with { BasicUsernameEnv = v }),
        new SettingValue<AuthSettings, string>(
            "basic_username_file", FilePath, s => s.BasicUsernameFile, (s, v) => s with { BasicUsernameFile = v }),
        new SettingValue<AuthSettings, string>(
            "basic_password_env", SettingKinds.VariableName, s => s.BasicPasswordEnv, (s, v) => s with { BasicPasswordEnv = v }),
        new SettingValue<AuthSettings, string>(
            "basic_password_file", FilePath, s => s.BasicPasswordFile, (s, v) => s with { BasicPasswordFile = v }),
        new SettingValue<AuthSettings, int>(
            "max_failures_per_minute", SettingKinds.Integer(0, 1_000_000),
            s => s.MaxFailuresPerMinute, (s, v) => s with { MaxFailuresPerMinute = v }));

    internal static SettingsSchema<BidirectionalSettings> Bidirectional { get; } = new(
        new SettingValue<BidirectionalSettings, bool>("enabled", SettingKinds.Flag, s => s.Enabled, (s, v) => s with { Enabled = v }),
        new SettingValue<BidirectionalSettings, TimeSpan>(
            "request_timeout", SettingKinds.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)),
            s => s.RequestTimeout, (s, v) => s with { RequestTimeout = v }),
        new SettingValue<BidirectionalSettings, int>(
            "max_concurrent_requests", SettingKinds.Integer(1, 1_000_000),
            s => s.MaxConcurrentRequests, (s, v) => s with { MaxConcurrentRequests = v }));

    internal static SettingsSchema<BackpressureSettings> Backpressure { get; } = new(
        new SettingValue<BackpressureSettings, bool>("enabled", SettingKinds.Flag, s => s.Enabled, (s, v) => s with { Enabled = v }),
        new SettingValue<BackpressureSettings, int>(
            "queue_size", SettingKinds.Integer(1, 10_000_000), s => s.QueueSize, (s, v) => s with { QueueSize = v }),
        new SettingValue<BackpressureSettings, long>(
            "queue_bytes", SettingKinds.Size(64 * KiB, 64 * GiB), s => s.QueueBytes, (s, v) => s with { QueueBytes = v }),
        new SettingValue<BackpressureSettings, OverflowPolicy>(
            "on_full", SettingKinds.Choice<OverflowPolicy>(), s => s.OnFull, (s, v) => s with { OnFull = v }),
        new SettingValue<BackpressureSettings, bool>(
            "request_upstream", SettingKinds.Flag, s => s.RequestUpstream, (s, v) => s with { RequestUpstream = v }));

    internal static SettingsSchema<HealthSettings> Health { get; } = new(
        new SettingValue<HealthSettings, TimeSpan>(
            "idle_unhealthy_after", Grace, s => s.IdleUnhealthyAfter, (s, v) => s with { IdleUnhealthyAfter = v }),
        new SettingValue<HealthSettings, TimeSpan>(
            "disconnected_unhealthy_after", Grace, s => s.DisconnectedUnhealthyAfter, (s, v) => s with { DisconnectedUnhealthyAfter = v }),
        new SettingValue<HealthSettings, TimeSpan>(
            "queue_full_unhealthy_after", Grace, s => s.QueueFullUnhealthyAfter, (s, v) => s with { QueueFullUnhealthyAfter = v }),
        new SettingValue<HealthSettings, TimeSpan>(
            "nats_lost_unhealthy_after", Grace, s => s.NatsLostUnhealthyAfter, (s, v) => s with { NatsLostUnhealthyAfter = v }));

    internal static SettingsSchema<StreamSettings> Stream { get; } = new(
        new SettingValue<StreamSettings, string>(
            "name", SettingKinds.Text("a stream's name: visible characters without . * > / or \\, or nothing", SettingTexts.IsStreamNameOrEmpty),
            s => s.Name, (s, v) => s with { Name = v }),
        new SettingValue<StreamSettings, bool>("create", SettingKinds.Flag, s => s.Create, (s, v) => s with { Create = v }),
        new SettingValue<StreamSettings, IReadOnlyList<string>>(
            "subjects", SettingKinds.TextList("a list of NATS subjects, wildcards allowed", SettingTexts.IsSubjectPattern),
            s => s.Subjects, (s, v) => s with { Subjects = v }),
        new SettingValue<StreamSettings, StreamStorage>(
            "storage", SettingKinds.Choice<StreamStorage>(), s => s.Storage, (s, v) => s with { Storage = v }),
        new SettingValue<StreamSettings, long>(
            "max_bytes", SettingKinds.Size(0, 1024 * 1024 * GiB), s => s.MaxBytes, (s, v) => s with { MaxBytes = v }),
        new SettingValue<StreamSettings, TimeSpan>(
            "max_age", SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromDays(36500)), s => s.MaxAge, (s, v) => s with { MaxAge = v }),
        new SettingValue<StreamSettings, int>("replicas", SettingKinds.Integer(1, 5), s => s.Replicas, (s, v) => s with { Replicas = v }),
        new SettingValue<StreamSettings, TimeSpan>(
            "duplicate_window", SettingKinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(7)),
            s => s.DuplicateWindow, (s, v) => s with { DuplicateWindow = v }));

    internal static SettingsSchema<OutputPortSettings> OutputPort { get; } = new(
        new SettingValue<OutputPortSettings, string>(
            "name", SettingKinds.Text("a name of 1 to 64 of A-Za-z0-9_-", NodeName.IsValidOrEmpty),
            s => s.Name, (s, v) => s with { Name = v }),
        new SettingValue<OutputPortSettings, string>(
            "subject", SettingKinds.Text(
                "a NATS subject without wildcards, perhaps with {peer}, {component}, {type} or {payload.path}, or {subject} as its last token",
                SettingTexts.IsSubjectOrEmpty),
            s => s.Subject, (s, v) => s with { Subject = v }),
        new SettingValue<OutputPortSettings, IReadOnlyList<string>>(
            "allowed_subjects", SettingKinds.TextList("a list of NATS subjects, perhaps with wildcards", SettingTexts.IsSubscription),
            s => s.AllowedSubjects, (s, v) => s with { AllowedSubjects = v }),
        new SettingValue<OutputPortSettings, string>(
            "subject_prefix", SettingKinds.Text("the beginning of a NATS subject, such as eu., or nothing", SettingTexts.IsSubjectPrefixOrEmpty),
            s => s.SubjectPrefix, (s, v) => s with { SubjectPrefix = v }),
        new SettingValue<OutputPortSettings, PortType>(
            "type", SettingKinds.Choice<PortType>(), s => s.Type, (s, v) => s with { Type = v }),
        new SettingValue<OutputPortSettings, bool>("headers", SettingKinds.Flag, s => s.Headers, (s, v) => s with { Headers = v }),
        new SettingValue<OutputPortSettings, bool>("decode_raw", SettingKinds.Flag, s => s.DecodeRaw, (s, v) => s with { DecodeRaw = v }),
        new SettingValue<OutputPortSettings, TimeSpan>(
            "publish_timeout", Patience, s => s.PublishTimeout, (s, v) => s with { PublishTimeout = v }),
        new SettingValue<OutputPortSettings, LocalDeliveryMode>(
            "consumers", SettingKinds.Choice<LocalDeliveryMode>(), s => s.Consumers, (s, v) => s with { Consumers = v }),
        new SettingSection<OutputPortSettings, StreamSettings>(
            "stream", Stream, s => s.Stream, (s, v) => s with { Stream = v }, s => s.Type == PortType.Jetstream));

    internal static SettingsSchema<InputPortSettings> InputPort { get; } = new(
        new SettingValue<InputPortSettings, string>(
            "name", SettingKinds.Text("a name of 1 to 64 of A-Za-z0-9_-", NodeName.IsValidOrEmpty), s => s.Name, (s, v) => s with { Name = v }),
        new SettingValue<InputPortSettings, string>(
            "subject", SettingKinds.Text("a NATS subject, wildcards allowed", static text => text.Length == 0 || SettingTexts.IsSubscription(text)),
            s => s.Subject, (s, v) => s with { Subject = v }),
        new SettingValue<InputPortSettings, PortType>("type", SettingKinds.Choice<PortType>(), s => s.Type, (s, v) => s with { Type = v }),
        new SettingValue<InputPortSettings, string>(
            "queue_group", SettingKinds.Text("a name without blanks, or nothing", static text => text.Length == 0 || SettingTexts.IsSubscription(text)),
            s => s.QueueGroup, (s, v) => s with { QueueGroup = v }),
        new SettingValue<InputPortSettings, string>(
            "stream", SettingKinds.Text("a stream's name, or nothing for the one that has the subject", SettingTexts.IsStreamNameOrEmpty),
            s => s.Stream, (s, v) => s with { Stream = v }),
        new SettingValue<InputPortSettings, DeliverPolicy>(
            "deliver", SettingKinds.Choice<DeliverPolicy>(), s => s.Deliver, (s, v) => s with { Deliver = v }));

    internal static SettingsSchema<ReplaySettings> Replay { get; } = new(
        new SettingValue<ReplaySettings, int>("count", SettingKinds.Integer(0, 10_000_000), s => s.Count, (s, v) => s with { Count = v }),
        new SettingValue<ReplaySettings, long>("bytes", SettingKinds.Size(64 * KiB, 64 * GiB), s => s.Bytes, (s, v) => s with { Bytes = v }),
        new SettingValue<ReplaySettings, TimeSpan>(
            "age", SettingKinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)), s => s.Age, (s, v) => s with { Age = v }));

    internal static SettingsSchema<EgressSettings> Egress { get; } = new(
        new SettingValue<EgressSettings, DeliveryMode>(
            "delivery", SettingKinds.Choice<DeliveryMode>(), s => s.Delivery, (s, v) => s with { Delivery = v }),
        new SettingValue<EgressSettings, int>(
            "max_in_flight", SettingKinds.Integer(1, 100_000), s => s.MaxInFlight, (s, v) => s with { MaxInFlight = v }),
        new SettingValue<EgressSettings, long>(
            "window_bytes", SettingKinds.Size(64 * KiB, GiB), s => s.WindowBytes, (s, v) => s with { WindowBytes = v }),
        new SettingValue<EgressSettings, TimeSpan>(
            "ack_timeout", SettingKinds.Duration(TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)), s => s.AckTimeout, (s, v) => s with { AckTimeout = v }),
        new SettingValue<EgressSettings, TimeSpan>(
            "retry_delay", SettingKinds.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)), s => s.RetryDelay, (s, v) => s with { RetryDelay = v }),
        new SettingValue<EgressSettings, int>(
            "max_deliver", SettingKinds.Integer(0, 1_000_000), s => s.MaxDeliver, (s, v) => s with { MaxDeliver = v }),
        new SettingValue<EgressSettings, int>(
            "queue_size", SettingKinds.Integer(1, 10_000_000), s => s.QueueSize, (s, v) => s with { QueueSize = v }),
        new SettingValue<EgressSettings, long>(
            "queue_bytes", SettingKinds.Size(64 * KiB, 64 * GiB), s => s.QueueBytes, (s, v) => s with { QueueBytes = v }),
        new SettingValue<EgressSettings, TimeSpan>(
            "peer_retention", SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromDays(1)), s => s.PeerRetention, (s, v) => s with { PeerRetention = v }),
        new SettingValue<EgressSettings, double>("max_rate", SettingKinds.Number(0, 1e9), s => s.MaxRate, (s, v) => s with { MaxRate = v }),
        new SettingValue<EgressSettings, double>("min_rate", SettingKinds.Number(0.001, 1e9), s => s.MinRate, (s, v) => s with { MinRate = v }),
        new SettingValue<EgressSettings, TimeSpan>(
            "ack_wait", SettingKinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), s => s.AckWait, (s, v) => s with { AckWait = v }),
        new SettingValue<EgressSettings, TimeSpan>(
            "durable_expiry", SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromDays(3650)), s => s.DurableExpiry, (s, v) => s with { DurableExpiry = v }),
        new SettingValue<EgressSettings, bool>("durable_unverified", SettingKinds.Flag, s => s.DurableUnverified, (s, v) => s with { DurableUnverified = v }),
        new SettingValue<EgressSettings, bool>("subject", SettingKinds.Flag, s => s.Subject, (s, v) => s with { Subject = v }),
        new SettingSection<EgressSettings, ReplaySettings>("replay", Replay, s => s.Replay, (s, v) => s with { Replay = v }));

    internal static SettingsSchema<PortsSettings> Ports { get; } = new(
        new SettingBlocks<PortsSettings, OutputPortSettings>(
            "outputs", OutputPort, static () => new(), s => s.Outputs, (s, v) => s with { Outputs = v }),
        new SettingBlocks<PortsSettings, InputPortSettings>(
            "inputs", InputPort, static () => new(), s => s.Inputs, (s, v) => s with { Inputs = v }));

    internal static SettingsSchema<ComponentSettings> Component { get; } = new(
        new SettingValue<ComponentSettings, ComponentMode>(
            ModeKey, SettingKinds.Choice<ComponentMode>(), s => s.Mode, (s, v) => s with { Mode = v }),
        new SettingSection<ComponentSettings, ServerSettings>(
            ServerKey, Server, s => s.Server, (s, v) => s with { Server = v }, s => s.Mode == ComponentMode.Server),
        new SettingSection<ComponentSettings, ClientSettings>(
            ClientKey, Client, s => s.Client, (s, v) => s with { Client = v }, s => s.Mode == ComponentMode.Client),
        new SettingSection<ComponentSettings, ConnectionSettings>(
            "connection", Connection, s => s.Connection, (s, v) => s with { Connection = v }),
        new SettingSection<ComponentSettings, AuthSettings>("auth", Auth, s => s.Auth, (s, v) => s with { Auth = v }),
        new SettingSection<ComponentSettings, BidirectionalSettings>(
            "bidirectional", Bidirectional, s => s.Bidirectional, (s, v) => s with { Bidirectional = v }),
        new SettingSection<ComponentSettings, BackpressureSettings>(
            "backpressure", Backpressure, s => s.Backpressure, (s, v) => s with { Backpressure = v }),
        new SettingSection<ComponentSettings, EgressSettings>(
            "egress", Egress, s => s.Egress, (s, v) => s with { Egress = v }, s => s.Ports.Inputs.Count > 0),
        new SettingSection<ComponentSettings, HealthSettings>("health", Health, s => s.Health, (s, v) => s with { Health = v }),
        new SettingSection<ComponentSettings, PortsSettings>("ports", Ports, s => s.Ports, (s, v) => s with { Ports = v }));
}
