using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Mutual TLS between the nodes of a cluster: <c>cluster.tls</c>. For the console program only.</summary>
/// <remarks>A node is let in when <see cref="CaFile"/> trusts its certificate. The dialling node also checks that the certificate is for
/// the address that it dials. The files are read at the start of the node. Intermediate certificates are not sent: the authority of
/// <see cref="CaFile"/> issues the nodes' certificates itself.</remarks>
public sealed record ClusterTlsSettings
{
    /// <summary>Certificate of the node in PEM, for the addresses under which other nodes dial it, for servers and clients. Empty: no
    /// TLS.</summary>
    [FilePath] public string CertFile { get; init; } = "";

    /// <summary>Private key of <see cref="CertFile"/>, in PEM.</summary>
    [FilePath] public string KeyFile { get; init; } = "";

    /// <summary>PEM certificates of the only authorities that certificates of nodes are trusted from.</summary>
    [FilePath] public string CaFile { get; init; } = "";

    internal bool Enabled => CertFile.Length > 0;
}
