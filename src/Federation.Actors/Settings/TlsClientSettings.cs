using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>TLS to a dialled server: <c>client.tls</c>. For <c>wss://</c> only.</summary>
/// <remarks>The files are reloaded for each dial.</remarks>
public sealed record TlsClientSettings
{
    /// <summary>PEM certificates of the only authorities that are trusted. Empty: those of the operating system.</summary>
    [FilePath] public string CaFile { get; init; } = "";

    /// <summary>Certificate of the client in PEM, followed by its intermediate certificates, if any.</summary>
    [FilePath] public string CertFile { get; init; } = "";

    /// <summary>Private key of <see cref="CertFile"/>, in PEM.</summary>
    [FilePath] public string KeyFile { get; init; } = "";

    /// <summary>Host name to request (SNI) and to expect in the server's certificate. Empty: the host of the url.</summary>
    [Text("a host name, or nothing for the host of the url", nameof(SettingTexts.IsHost))] public string ServerName { get; init; } = "";

    /// <summary>Whether any certificate is accepted. Insecure: anyone can impersonate the server.</summary>
    public bool InsecureSkipVerify { get; init; }
}
