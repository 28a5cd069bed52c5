using System.Text;
using Federation.Actors.Configuration;
using Federation.Hocon;

namespace Federation.Actors;

/// <summary>The connection to NATS: <c>federation.nats</c>.</summary>
/// <remarks>Set only one of token, user, nkey, creds and credentials in the url. Files are reloaded on each connect.</remarks>
public sealed record NatsSettings
{
    /// <summary>Servers of one NATS cluster. Credentials in a url are masked in all output.</summary>
    [Text("urls that start with nats://, tls://, ws:// or wss://, separated by commas", nameof(SettingTexts.AreNatsUrls), Masked = true)]
    public string Url { get; init; } = "nats://127.0.0.1:4222";

    /// <summary>User name.</summary>
    [Text("a user name", nameof(SettingTexts.Any))] public string User { get; init; } = "";

    /// <summary>Environment variable that holds the password of <see cref="User"/>.</summary>
    [VariableName("the password")] public string PasswordEnv { get; init; } = "";

    /// <summary>File that holds the password and nothing else, instead of <see cref="PasswordEnv"/>.</summary>
    [FilePath("the password")] public string PasswordFile { get; init; } = "";

    /// <summary>Environment variable that holds a token.</summary>
    [VariableName("the token")] public string TokenEnv { get; init; } = "";

    /// <summary>File that holds a token and nothing else, instead of <see cref="TokenEnv"/>.</summary>
    [FilePath("the token")] public string TokenFile { get; init; } = "";

    /// <summary>File that holds the nkey seed of a user.</summary>
    [FilePath] public string NkeyFile { get; init; } = "";

    /// <summary>File that holds a user JWT and its nkey seed.</summary>
    [FilePath] public string CredsFile { get; init; } = "";

    /// <summary>Maximum duration of one attempt to connect.</summary>
    [Range("100ms", "5m")] public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between pings. After two missed pongs the connection counts as lost.</summary>
    [Range("100ms", "1h")] public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>JetStream domain of the ports' streams, if the server reaches them over a leaf node connection. Empty: the server's own
    /// domain.</summary>
    [NodeName("a name of 1 to 64 of A-Za-z0-9_-, or nothing")] public string JetStreamDomain { get; init; } = "";

    /// <summary>Prefix of the subjects on which the node receives replies. Users that must not see each other's replies need different
    /// prefixes.</summary>
    [Text("a NATS subject without wildcards", nameof(SettingTexts.IsSubject))] public string InboxPrefix { get; init; } = "_INBOX";

    /// <inheritdoc cref="TlsNatsSettings" />
    public TlsNatsSettings Tls { get; init; } = new();

    /// <summary><see cref="Url"/> with credentials replaced by <c>***</c>, for logs and the dashboard.</summary>
    public string DisplayUrl => Redaction.OfUrls(Url);

    private bool PrintMembers(StringBuilder builder)
    {
        var values = EffectiveConfiguration.Values(this, "").Select(static value => $"{value.Key} = {value.Value}");
        builder.AppendJoin(", ", values);
        return true;
    }
}
