using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>TLS of the listening end: <c>server.tls</c>.</summary>
/// <remarks>Enabled if <see cref="CertFile"/> is set. Must be the same for all components on one port. The files are reloaded when they
/// change; open connections are not affected. If a file cannot be read, the node logs this and uses its previous content.</remarks>
public sealed record TlsServerSettings
{
    /// <summary>Certificate in PEM, followed by its intermediate certificates, if any; without <see cref="KeyFile"/> a PFX file. Empty: no
    /// TLS.</summary>
    [FilePath] public string CertFile { get; init; } = "";

    /// <summary>Private key of the certificate, in PEM. Empty: it is in the PFX.</summary>
    [FilePath] public string KeyFile { get; init; } = "";

    /// <summary>Environment variable that holds the password of the PFX or of the key.</summary>
    [VariableName("the password")] public string CertPasswordEnv { get; init; } = "";

    /// <summary>File that holds that password and nothing else, instead of <see cref="CertPasswordEnv"/>. Reloaded together with the
    /// certificate.</summary>
    [FilePath("the password")] public string CertPasswordFile { get; init; } = "";

    /// <summary>PEM certificates of the only authorities that are trusted to issue client certificates. The CN of a client's subject,
    /// mapped to <c>A-Za-z0-9_-</c>, becomes the peer's identity. A client without a certificate that sends the header X-Federation-Peer is
    /// refused with 403. Empty: the node does not request client certificates.</summary>
    [FilePath] public string ClientCaFile { get; init; } = "";

    /// <summary>Whether clients without a certificate are refused. Needs <see cref="ClientCaFile"/>.</summary>
    public bool RequireClientCert { get; init; }

    /// <summary>Minimum TLS version.</summary>
    [Text("1.2 or 1.3", nameof(SettingTexts.IsTlsVersion))] public string MinVersion { get; init; } = "1.2";

    internal bool Enabled => CertFile.Length > 0;
}
