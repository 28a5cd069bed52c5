namespace Federation.Actors;

/// <summary>Encryption of the listening end, and who may connect to it: <c>server.tls</c>. Given when <see cref="CertFile"/> is.</summary>
/// <remarks>
/// The files are read again when they change. Connections that are open stay; later ones get what was read last. What cannot be read is
/// logged, and what was read before it stays in use.
/// </remarks>
public sealed record TlsServerSettings
{
    /// <summary>
    /// File with the certificate: PEM, followed by its intermediates if there are any; or, when <see cref="KeyFile"/> is empty, PFX.
    /// Default empty: no TLS.
    /// </summary>
    public string CertFile { get; init; } = "";

    /// <summary>File with the private key in PEM. Default empty: the key is in the PFX.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Environment variable that holds the password of the PFX or of the key. Default empty: no password.</summary>
    public string CertPasswordEnv { get; init; } = "";

    /// <summary>File that holds the password, in place of <see cref="CertPasswordEnv"/>. Read again together with the certificate. Default empty: none.</summary>
    public string CertPasswordFile { get; init; } = "";

    /// <summary>
    /// File with the PEM certificates of the authorities, and of no others, that client certificates are trusted from. A client's
    /// subject CN becomes the peer's identity. Default empty: clients are not asked for a certificate.
    /// </summary>
    public string ClientCaFile { get; init; } = "";

    /// <summary>Whether a client without a certificate fails the handshake. Needs <see cref="ClientCaFile"/>. Default false.</summary>
    public bool RequireClientCert { get; init; }

    /// <summary>Lowest version of TLS spoken, 1.2 or 1.3. Default 1.2.</summary>
    public string MinVersion { get; init; } = "1.2";

    /// <summary>Whether the listener speaks TLS.</summary>
    internal bool Enabled => CertFile.Length > 0;
}
