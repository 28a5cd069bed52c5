using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>TLS of the listening end: <c>server.tls</c>.</summary>
/// <remarks>In use when <see cref="CertFile"/> is given. The same for all components on one port. The files are read again when they
/// change; open connections stay. A file that cannot be read is logged, and what was read before stays in use.</remarks>
public sealed record TlsServerSettings
{
    /// <summary>Certificate in PEM, followed by its intermediates if there are any; without <see cref="KeyFile"/> a PFX. Empty: no
    /// TLS.</summary>
    [FilePath] public string CertFile { get; init; } = "";

    /// <summary>Private key of the certificate, in PEM. Empty: it is in the PFX.</summary>
    [FilePath] public string KeyFile { get; init; } = "";

    /// <summary>Environment variable that holds the password of the PFX or of the key.</summary>
    [VariableName("the password")] public string CertPasswordEnv { get; init; } = "";

    /// <summary>File that holds that password and nothing else, instead of <see cref="CertPasswordEnv"/>. Read again together with the
    /// certificate.</summary>
    [FilePath("the password")] public string CertPasswordFile { get; init; } = "";

    /// <summary>PEM certificates of the only authorities that client certificates are trusted from. The CN of a client's subject, mapped
    /// to <c>A-Za-z0-9_-</c>, becomes the peer's identity; a client without one gets no name from the header X-Federation-Peer and is
    /// refused with 403 when it sends that header. Empty: clients are not asked for a certificate.</summary>
    [FilePath] public string ClientCaFile { get; init; } = "";

    /// <summary>Whether a client without a certificate is refused. Needs <see cref="ClientCaFile"/>.</summary>
    public bool RequireClientCert { get; init; }

    /// <summary>Lowest version of TLS.</summary>
    [Text("1.2 or 1.3", nameof(SettingTexts.IsTlsVersion))] public string MinVersion { get; init; } = "1.2";

    internal bool Enabled => CertFile.Length > 0;
}
