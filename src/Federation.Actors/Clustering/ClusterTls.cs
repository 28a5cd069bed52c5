using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;
using Federation.Actors.Configuration;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;

namespace Federation.Actors.Clustering;

/// <summary>The certificate of a node for the other nodes of its cluster, and the check of theirs.</summary>
internal static class ClusterTls
{
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static DotNettySslSetup Setup(ClusterTlsSettings settings)
    {
        var own = Certificates.Own(File.ReadAllBytes(settings.CertFile), File.ReadAllBytes(settings.KeyFile), password: null);
        var authorities = Certificates.Authorities(File.ReadAllBytes(settings.CaFile));
        return new DotNettySslSetup(own.TargetCertificate, suppressValidation: false, requireMutualAuthentication: true,
            (certificate, chain, peer, errors, log) => IsTrusted(authorities, certificate, chain, peer, errors, log));
    }

    private static bool IsTrusted(
        X509Certificate2Collection authorities, X509Certificate2? certificate, X509Chain? sent, string peer, SslPolicyErrors errors,
        ILoggingAdapter log)
    {
        // What was built with the authorities of the operating system counts for nothing here.
        using var chain = new X509Chain { ChainPolicy = Certificates.TrustOnly(authorities) };
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainElements.Select(static element => element.Certificate).ToArray() ?? []);

        var rest = errors & ~SslPolicyErrors.RemoteCertificateChainErrors;
        if (certificate is not null && chain.Build(certificate) && rest == SslPolicyErrors.None)
        {
            return true;
        }

        log.Warning("The cluster refuses {0}: {1}", peer, ServerCertificate.Describe(certificate, chain, rest, peer, Clock.System.UtcNow));
        return false;
    }
}
