using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using Federation.Actors.Settings;

namespace Federation.Actors.Transport;

/// <summary>What a TLS handshake with a dialled server is done with.</summary>
internal static class ClientTls
{
    /// <summary>Reads the files and makes the options of one handshake.</summary>
    /// <param name="settings">A component's <c>client.tls</c>.</param>
    /// <param name="host">Host of the url: the name asked for unless the settings give another.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file does not hold what it should.</exception>
    /// <remarks>For an <see cref="SslStream"/>: <c>SocketsHttpHandler</c> puts the url's host in place of <c>server_name</c>.</remarks>
    [SuppressMessage(
        "Security", "CA5359:Do not disable certificate validation", Justification = "Where the settings say so, by a name that warns.")]
    public static SslClientAuthenticationOptions Options(TlsClientSettings settings, string host)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = settings.ServerName.Length > 0 ? settings.ServerName : host };
        if (settings.CaFile.Length > 0)
        {
            options.CertificateChainPolicy = Certificates.TrustOnly(Certificates.Authorities(File.ReadAllBytes(settings.CaFile)));
        }

        if (settings.CertFile.Length > 0)
        {
            options.ClientCertificateContext = Certificates.Own(
                File.ReadAllBytes(settings.CertFile), File.ReadAllBytes(settings.KeyFile), password: null);
        }

        if (settings.InsecureSkipVerify)
        {
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }

        return options;
    }
}
