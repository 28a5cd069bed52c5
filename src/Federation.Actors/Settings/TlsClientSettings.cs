namespace Federation.Actors;

/// <summary>What a dialled server must prove, and what is shown to it: <c>client.tls</c>. For <c>wss://</c> only.</summary>
/// <remarks>The files are read afresh at each dial.</remarks>
public sealed record TlsClientSettings
{
    /// <summary>
    /// File with the PEM certificates of the authorities, and of no others, that the server is trusted from. Default empty: those of the
    /// operating system.
    /// </summary>
    public string CaFile { get; init; } = "";

    /// <summary>
    /// File with the client's own certificate in PEM, followed by its intermediates if there are any. Default empty: none.
    /// </summary>
    public string CertFile { get; init; } = "";

    /// <summary>File with the private key of <see cref="CertFile"/> in PEM. Default empty: none.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Name asked for (SNI) and expected in the server's certificate. Default empty: the host of the url.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>Whether any certificate will do, so that anyone can pose as the server. Default false.</summary>
    public bool InsecureSkipVerify { get; init; }
}
