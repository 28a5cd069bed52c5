namespace Federation.Actors;

/// <summary>What a NATS server must prove, and what is shown to it: <c>nats.tls</c>.</summary>
/// <remarks>
/// A server whose url starts with <c>tls://</c>, or any server when a file is given here, is not talked to without TLS. Other servers are
/// talked to as they offer. The files are read afresh for each connection.
/// </remarks>
public sealed record TlsNatsSettings
{
    /// <summary>
    /// File with the PEM certificates of the authorities, and of no others, that the server is trusted from. Default empty: those of the
    /// operating system.
    /// </summary>
    public string CaFile { get; init; } = "";

    /// <summary>File with the node's own certificate in PEM. Default empty: none.</summary>
    public string CertFile { get; init; } = "";

    /// <summary>File with the private key of <see cref="CertFile"/> in PEM. Default empty: none.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Whether any certificate will do, so that anyone can pose as the server. Default false.</summary>
    public bool InsecureSkipVerify { get; init; }
}
