using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Federation.Actors.Configuration;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Security;

/// <summary>The present certificate and authorities for each TLS handshake of a listener.</summary>
/// <remarks>Thread-safe. A connection keeps those of its handshake.</remarks>
internal sealed class ServerTls
{
    private readonly TlsServerSettings _settings;
    private readonly Reloaded<SslStreamCertificateContext> _certificate;
    private readonly Reloaded<X509Certificate2Collection>? _clientAuthorities;

    public ServerTls(TlsServerSettings settings, Func<string, string?> environment, ILogger logger, TimeProvider time)
    {
        _settings = settings;
        var password = settings.CertPasswordEnv.Length > 0 ? environment(settings.CertPasswordEnv) : null;
        var (hasKey, hasPassword) = (settings.KeyFile.Length > 0, settings.CertPasswordFile.Length > 0);

        // They are one thing: while only some of them have been replaced they do not fit, and the old ones stay.
        _certificate = new(
            [settings.CertFile, .. hasKey ? [settings.KeyFile] : Array.Empty<string>(),
                .. hasPassword ? [settings.CertPasswordFile] : Array.Empty<string>()],
            files => Certificates.Own(files[0], hasKey ? files[1] : null, hasPassword ? SecretSource.Secret(files[^1]) : password),
            logger,
            time);
        _ = Started(_certificate, settings.CertFile);
        if (settings.ClientCaFile.Length > 0)
        {
            _clientAuthorities = new([settings.ClientCaFile], static files => Certificates.Authorities(files[0]), logger, time);
            _ = Started(_clientAuthorities, settings.ClientCaFile);
        }
    }

    public SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = _certificate.Value,
        EnabledSslProtocols = _settings.MinVersion is "1.3" ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowRenegotiation = false,

        // "Required" makes the server ask; whether none is an answer is for the callback.
        ClientCertificateRequired = _clientAuthorities is not null,
        CertificateChainPolicy = _clientAuthorities is null ? null : Certificates.TrustOnly(_clientAuthorities.Value!),
        RemoteCertificateValidationCallback = (_, _, _, errors) =>
            errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateNotAvailable && !_settings.RequireClientCert),
    };

    private static T Started<T>(Reloaded<T> reloaded, string file)
        where T : class => reloaded.Value ?? throw new IOException($"{file} cannot be used for TLS");
}
