using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Security;

/// <summary>Describes why a server's certificate is not accepted: its names, dates and issuer, and the wrong one of them.</summary>
internal static class ServerCertificate
{
    private const int MaxNames = 8;

    /// <summary>One clause: <c>the server's certificate (...) expired on ...</c>.</summary>
    public static string Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string name, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return "the server presented no certificate";
        }

        var faults = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            faults.Add($"is not for {SafeText.Of(name)}");
        }

        if (Validity(certificate, now) is { } own)
        {
            faults.Add(own);
        }

        foreach (var element in chain?.ChainElements.Skip(1) ?? [])
        {
            if (Validity(element.Certificate, now) is { } other)
            {
                faults.Add($"is issued by {Name(element.Certificate.SubjectName)}, whose certificate {other}");
            }
        }

        foreach (var status in (chain?.ChainStatus ?? []).Select(static status => status.Status).Distinct())
        {
            switch (status)
            {
                case X509ChainStatusFlags.NotTimeValid:
                    break;
                case X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain:
                    faults.Add($"is issued by {Name(certificate.IssuerName)}, which is not trusted");
                    break;
                default:
                    faults.Add($"was found {status}");
                    break;
            }
        }

        return $"the server's certificate ({Facts(certificate)}) "
            + $"{string.Join(" and ", faults.Count > 0 ? faults : [$"was found {errors}"])}";
    }

    internal static string? Validity(X509Certificate2 certificate, DateTimeOffset now) =>
        now.UtcDateTime > certificate.NotAfter.ToUniversalTime() ? $"expired on {Date(certificate.NotAfter)}"
        : now.UtcDateTime < certificate.NotBefore.ToUniversalTime() ? $"is not valid before {Date(certificate.NotBefore)}"
        : null;

    private static string Facts(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(static extension => extension.EnumerateDnsNames().Concat(
                extension.EnumerateIPAddresses().Select(static address => address.ToString())))
            .Take(MaxNames)
            .ToList();
        var named = names.Count > 0 ? $"for {SafeText.Of(string.Join(", ", names))}" : "without names";
        return $"{Name(certificate.SubjectName)}, {named}, valid from {Date(certificate.NotBefore)} to {Date(certificate.NotAfter)}";
    }

    private static string Name(X500DistinguishedName name) => SafeText.Of(name.Name.Length > 0 ? name.Name : "an empty name", 100);

    internal static string Date(DateTime date) => date.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
