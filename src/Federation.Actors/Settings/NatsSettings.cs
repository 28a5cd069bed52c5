using System.Text;
using Federation.Actors.Configuration;
using Federation.Hocon;

namespace Federation.Actors;

/// <summary>How the node reaches its message bus: <c>federation.nats</c>.</summary>
/// <remarks>At most one of token, user, nkey, creds and credentials in the url. Files are read again at each connect.</remarks>
public sealed record NatsSettings
{
    /// <summary>
    /// Servers, separated by commas, each <c>nats://</c>, <c>tls://</c>, <c>ws://</c> or <c>wss://</c>. May hold credentials: show
    /// <see cref="DisplayUrl"/> instead. Default nats://127.0.0.1:4222.
    /// </summary>
    public string Url { get; init; } = "nats://127.0.0.1:4222";

    /// <summary>User name. Default empty: none.</summary>
    public string User { get; init; } = "";

    /// <summary>Environment variable that holds the password of <see cref="User"/>. Default empty: none.</summary>
    public string PasswordEnv { get; init; } = "";

    /// <summary>File that holds the password of <see cref="User"/>, in place of <see cref="PasswordEnv"/>. Default empty: none.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>Environment variable that holds a token. Default empty: none.</summary>
    public string TokenEnv { get; init; } = "";

    /// <summary>File that holds a token, in place of <see cref="TokenEnv"/>. Default empty: none.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>File that holds an nkey seed. Default empty: none.</summary>
    public string NkeyFile { get; init; } = "";

    /// <summary>File that holds a user JWT and its nkey seed. Default empty: none.</summary>
    public string CredsFile { get; init; } = "";

    /// <summary>Time one attempt to connect has, 100 milliseconds to 5 minutes. Default 5 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between pings, 100 milliseconds to 1 hour; after two missed pongs the connection is given up. Default 10 seconds.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// JetStream domain of the streams that ports name, for a server that reaches them over a leaf node. Default empty: the server's own.
    /// See the page JetStream on Leaf Nodes of the NATS documentation.
    /// </summary>
    public string JetStreamDomain { get; init; } = "";

    /// <summary>
    /// Beginning of the subjects on which the node gets replies: a NATS subject without wildcards. Users that may not see each other's replies have
    /// a prefix each. Default <c>_INBOX</c>.
    /// </summary>
    public string InboxPrefix { get; init; } = "_INBOX";

    /// <summary>What the server must prove, and what is shown to it.</summary>
    public TlsNatsSettings Tls { get; init; } = new();

    /// <summary><see cref="Url"/> with credentials replaced by <c>***</c>, fit for logs and pages.</summary>
    public string DisplayUrl => Redaction.OfUrls(Url);

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Url = ").Append(DisplayUrl)
            .Append(", User = ").Append(User)
            .Append(", PasswordEnv = ").Append(PasswordEnv)
            .Append(", PasswordFile = ").Append(PasswordFile)
            .Append(", TokenEnv = ").Append(TokenEnv)
            .Append(", TokenFile = ").Append(TokenFile)
            .Append(", NkeyFile = ").Append(NkeyFile)
            .Append(", CredsFile = ").Append(CredsFile)
            .Append(", ConnectTimeout = ").Append(ConnectTimeout)
            .Append(", PingInterval = ").Append(PingInterval)
            .Append(", JetStreamDomain = ").Append(JetStreamDomain)
            .Append(", InboxPrefix = ").Append(InboxPrefix)
            .Append(", Tls = ").Append(Tls);
        return true;
    }
}
