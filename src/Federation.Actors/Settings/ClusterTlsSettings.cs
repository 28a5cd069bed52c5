using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Mutual TLS between the nodes of a cluster: <c>cluster.tls</c>. For the console program only.</summary>
/// <remarks>A node is accepted if an authority in <see cref="CaFile"/> issued its certificate. The connecting node also checks that the
/// certificate is valid for the address. The files are read at startup. Intermediate certificates are not sent, so the authority must
/// issue the nodes' certificates directly.</remarks>
public sealed record ClusterTlsSettings
{
    /// <summary>Certificate of the node in PEM, valid for the addresses at which other nodes reach it, and for use as server and client.
    /// Empty: no TLS.</summary>
    [FilePath] public string CertFile { get; init; } = "";

    /// <summary>Private key of <see cref="CertFile"/>, in PEM.</summary>
    [FilePath] public string KeyFile { get; init; } = "";

    /// <summary>PEM certificates of the only authorities that are trusted to issue nodes' certificates.</summary>
    [FilePath] public string CaFile { get; init; } = "";

    internal bool Enabled => CertFile.Length > 0;
}
