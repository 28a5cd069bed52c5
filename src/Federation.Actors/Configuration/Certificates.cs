using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Federation.Actors.Configuration;

internal static class Certificates
{
    /// <summary>A certificate with its private key and its intermediates.</summary>
    /// <param name="certificate">PEM, perhaps followed by intermediates; or PFX, without a key.</param>
    /// <param name="key">PEM; null when it is in the PFX.</param>
    /// <param name="password">Of the PFX or of the key, or null.</param>
    /// <exception cref="CryptographicException">They are invalid, or do not belong together; the message has no secret.</exception>
    public static SslStreamCertificateContext Own(byte[] certificate, byte[]? key, string? password)
    {
        var chain = new X509Certificate2Collection();
        X509Certificate2 own;
        if (key is null)
        {
            if (!IsPfx(certificate))
            {
                throw new CryptographicException("a certificate without a key that is not PFX");
            }

            chain = X509CertificateLoader.LoadPkcs12Collection(certificate, password);
            own = chain.FirstOrDefault(static one => one.HasPrivateKey)
                ?? throw new CryptographicException("a PFX without a private key");
        }
        else
        {
            var (pem, keyPem) = (Encoding.UTF8.GetString(certificate), Encoding.UTF8.GetString(key));
            own = password is null
                ? X509Certificate2.CreateFromPem(pem, keyPem)
                : X509Certificate2.CreateFromEncryptedPem(pem, keyPem, password);
            chain.ImportFromPem(pem);
        }

        chain.Remove(own);

        // Offline: a handshake must not wait for some server that has missing intermediates.
        return SslStreamCertificateContext.Create(own, chain, offline: true);
    }

    /// <summary>All certificates of a file, PEM or PFX.</summary>
    /// <exception cref="CryptographicException">There are none.</exception>
    public static X509Certificate2Collection Read(byte[] content, string? password) =>
        IsPfx(content) ? X509CertificateLoader.LoadPkcs12Collection(content, password) : Authorities(content);

    /// <exception cref="CryptographicException">There are none.</exception>
    public static X509Certificate2Collection Authorities(byte[] pem)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Encoding.UTF8.GetString(pem));
        return authorities.Count > 0 ? authorities : throw new CryptographicException("no certificate in PEM");
    }

    /// <summary>When the first certificate of a file expires, PEM or PFX.</summary>
    /// <param name="content">Of the file.</param>
    /// <param name="password">Of a PFX; null for none.</param>
    /// <exception cref="CryptographicException">It holds no certificate, or the password is wrong.</exception>
    public static DateTimeOffset FirstExpiry(byte[] content, string? password)
    {
        var all = IsPfx(content) ? X509CertificateLoader.LoadPkcs12Collection(content, password) : Authorities(content);
        try
        {
            return new DateTimeOffset(all.Min(static one => one.NotAfter));
        }
        finally
        {
            foreach (var one in all)
            {
                one.Dispose();
            }
        }
    }

    /// <summary>Trusts only these authorities. A new one for each handshake, which adds to it.</summary>
    public static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static bool IsPfx(byte[] content)
    {
        try
        {
            return X509Certificate2.GetCertContentType(content) == X509ContentType.Pfx;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
