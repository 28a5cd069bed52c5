using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>What the peers of a profile may do: <c>auth.profiles.NAME</c>. Without a profile, a peer may do everything.</summary>
public sealed record ProfileSettings
{
    /// <summary>The name of the profile, 1 to 64 of <c>A-Za-z0-9_-</c>. It is the key of the profile's block.</summary>
    public string Name { get; init; } = "";

    /// <inheritdoc cref="PublishSettings" />
    public PublishSettings Publish { get; init; } = new();

    /// <summary>Subjects of the messages that are sent to a peer, as on the bus. Other messages are filtered, as by the peer's own
    /// <c>subscribe</c>. <c>{peer}</c> stands for the name of the peer.</summary>
    [Text(PublishSettings.Expected, nameof(SettingTexts.IsInputSubject))]
    public IReadOnlyList<string> Receive { get; init; } = [PublishSettings.All];

    /// <summary>Request methods that a peer may call, of the node and of services on the bus; <c>*</c> allows all. Other requests get the
    /// error <c>not_permitted</c>.</summary>
    [Text("a list of methods, where * stands for all", nameof(SettingTexts.IsMethod))]
    public IReadOnlyList<string> Methods { get; init; } = [AnyMethod];

    /// <summary>Whether a peer may request a replay, if <see cref="Methods"/> allow it too.</summary>
    public bool Replay { get; init; } = true;

    /// <summary>Maximum messages per second from one connection. If a peer sends faster, the node delays reading from it. 0: no
    /// limit.</summary>
    [Range(0, 1000000000)] public double MaxRate { get; init; }

    /// <summary>Maximum bytes of messages per second from one connection. If a peer sends faster, the node delays reading from it. 0: no
    /// limit.</summary>
    [Range("0", "64GiB")] public long MaxBytesRate { get; init; }

    /// <summary>Maximum bytes of a message from a peer. A larger message is nacked with <c>too_large</c>, and a larger request gets that
    /// error. 0: <c>connection.max_message_size</c> alone applies, which closes the connection.</summary>
    [Range("0", "1GiB")] public long MaxMessageSize { get; init; }

    /// <summary>Maximum number of connections per named peer, as <c>server.max_connections_per_peer</c>, which also applies. 0: only that
    /// one.</summary>
    [Range(0, 1000000)] public int MaxConnections { get; init; }

    internal const string AnyMethod = "*";
}
