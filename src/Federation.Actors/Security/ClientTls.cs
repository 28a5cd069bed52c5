using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Federation.Actors.Configuration;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Security;

internal static class ClientTls
{
    /// <remarks>For an <see cref="SslStream"/>: <c>SocketsHttpHandler</c> replaces <c>server_name</c> by the url's host.</remarks>
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
                    refused(ServerCertificate.Describe(
                        certificate as X509Certificate2, chain, errors, name, (clock ?? Clock.System).UtcNow));
                }

                return errors == SslPolicyErrors.None;
            };
        }

        return options;
    }
}
