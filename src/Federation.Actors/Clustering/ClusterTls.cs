using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Akka.Remote.Transport.DotNetty;
using Federation.Actors.Configuration;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Clustering;

/// <summary>The certificate of a node for the other nodes of its cluster, and the check of theirs.</summary>
internal static class ClusterTls
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    /// <exception cref="IOException">A file cannot be read.</exception>
    public static DotNettySslSetup Setup(ClusterTlsSettings settings, ILogger logger)
    {
        // Whoever reaches the port can cause a line.
        var refusals = new EventGate<string, ValueTuple>(static _ => LogInterval);
        var own = Certificates.Own(File.ReadAllBytes(settings.CertFile), File.ReadAllBytes(settings.KeyFile), password: null);
        var authorities = Certificates.Authorities(File.ReadAllBytes(settings.CaFile));
        return new DotNettySslSetup(own.TargetCertificate, suppressValidation: false, requireMutualAuthentication: true,
            (certificate, chain, peer, errors, _) =>
            {
                var problem = Problem(authorities, certificate, chain, peer, errors);
                if (problem is not null && refusals.TryPass("", default, Clock.System.Elapsed, out var others))
                {
                    logger.LogWarning(LogEvents.NodeRefused.Id,
                        "The cluster refused {Peer}: {Problem} ({Others} similar messages were suppressed)", peer, problem, others);
                }

                return problem is null;
            });
    }

    /// <returns>Null for a certificate that is trusted.</returns>
    private static string? Problem(
        X509Certificate2Collection authorities, X509Certificate2? certificate, X509Chain? sent, string peer, SslPolicyErrors errors)
    {
        // What was built with the authorities of the operating system counts for nothing here.
        using var chain = new X509Chain { ChainPolicy = Certificates.TrustOnly(authorities) };
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainElements.Select(static element => element.Certificate).ToArray() ?? []);

        var rest = errors & ~SslPolicyErrors.RemoteCertificateChainErrors;
        return certificate is not null && chain.Build(certificate) && rest == SslPolicyErrors.None
            ? null : ServerCertificate.Describe(certificate, chain, rest, peer, Clock.System.UtcNow);
    }
}
