using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Federation.Actors.Configuration;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Security;

/// <summary>What a TLS handshake with a dialled server is done with.</summary>
internal static class ClientTls
{
    /// <summary>Reads the files and makes the options of one handshake.</summary>
    /// <param name="settings">A component's <c>client.tls</c>.</param>
    /// <param name="host">Host of the url: the name asked for unless the settings give another.</param>
    /// <param name="refused">Told why a certificate is not accepted, before the handshake fails; null: nobody is.</param>
    /// <param name="clock">Clock of the certificates' dates, for <paramref name="refused"/>.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file does not hold what it should.</exception>
    /// <remarks>For an <see cref="SslStream"/>: <c>SocketsHttpHandler</c> puts the url's host in place of <c>server_name</c>.</remarks>
    [SuppressMessage(
        "Security", "CA5359:Do not disable certificate validation", Justification = "Where the settings say so, by a name that warns.")]
    public static SslClientAuthenticationOptions Options(
        TlsClientSettings settings, string host, Action<string>? refused = null, Clock? clock = null)
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
        else if (refused is not null)
        {
            var name = options.TargetHost;
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (errors != SslPolicyErrors.None)
                {
                    refused(ServerCertificate.Describe(certificate as X509Certificate2, chain, errors, name, (clock ?? Clock.System).UtcNow));
                }

                return errors == SslPolicyErrors.None;
            };
        }

        return options;
    }
}
