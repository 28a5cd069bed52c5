using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>TLS to the NATS servers: <c>nats.tls</c>.</summary>
/// <remarks>TLS is required for a server whose url starts with <c>tls://</c>, and for all servers if a file is set here. Otherwise the
/// server decides. The files are reloaded for each connection.</remarks>
public sealed record TlsNatsSettings
{
    /// <summary>PEM certificates of the only authorities that are trusted. Empty: those of the operating system.</summary>
    [FilePath] public string CaFile { get; init; } = "";

    /// <summary>Certificate of the node, in PEM.</summary>
    [FilePath] public string CertFile { get; init; } = "";

    /// <summary>Private key of <see cref="CertFile"/>, in PEM.</summary>
    [FilePath] public string KeyFile { get; init; } = "";

    /// <summary>Whether any certificate is accepted. Insecure: anyone can impersonate the server.</summary>
    public bool InsecureSkipVerify { get; init; }
}
