namespace Federation.Actors.IntegrationTests.Support;

/// <summary>What a <see cref="NatsServer"/> is started with. Without any, it is a bare server on a port of the system's choosing.</summary>
internal sealed record NatsServerOptions
{
    /// <summary>The port to listen on. Null lets the system hand one out, which is what a test wants.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// Turns JetStream on. Its files live beside the server's own, outlast <see cref="NatsServer.RestartAsync"/>, and are deleted when the
    /// server is disposed of.
    /// </summary>
    public bool JetStream { get; init; }

    /// <summary>Turns JetStream on and keeps its files in this directory, which belongs to the caller and is never deleted.</summary>
    public string? JetStreamDirectory { get; init; }

    /// <summary>
    /// Stands in <see cref="ConfigText"/> for the directory of JetStream's files. A server up to 2.10 that reloads its configuration wants
    /// to find it there: <c>jetstream { store_dir: "&lt;store&gt;" }</c>.
    /// </summary>
    public const string Store = "<store>";

    /// <summary>
    /// A configuration file's text, such as an <c>authorization</c> block. The listening address and port, and the JetStream directory, are
    /// given on the command line and win over it.
    /// </summary>
    public string? ConfigText { get; init; }
}
