using System.Security.Cryptography.X509Certificates;
using Federation.Actors.Configuration;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;
using Federation.Actors.Sockets;

namespace Federation.Actors.Host.Commands;

/// <summary>Compares this machine with the needs of a configuration.</summary>
internal static class MachineInspection
{
    /// <summary>Time in which a certificate can be renewed without haste.</summary>
    private static readonly TimeSpan Renewal = TimeSpan.FromDays(14);

    public static IReadOnlyList<Finding> Run(FederationSettings settings, DateTimeOffset now)
    {
        var faults = StandaloneChecks.Run(settings);
        return
        [
            .. faults.Count > 0
                ? faults.Select(static fault => Finding.Failure("machine", $"{fault}"))
                : [Finding.Ok("machine", "all variables are set, all files are readable, all ports are free")],
            OfDescriptors(DescriptorBudget.Needed(settings), DescriptorBudget.Limit()),
            .. from text in StartChecks.Texts(settings)
               from certificate in FileChecks.Certificate(text, Environment.GetEnvironmentVariable)
               select OfCertificate(text.Path, certificate, now),
        ];
    }

    internal static Finding OfDescriptors(long needed, long? limit) => limit is null || limit >= needed
        ? Finding.Ok("descriptors", $"up to {needed} needed, limit {(limit is null ? "unknown" : $"{limit}")}")
        : Finding.Warning("descriptors",
            $"up to {needed} needed, limit {limit}: raise the limit (LimitNOFILE, ulimit -Hn) or lower max_connections");

    internal static Finding OfCertificate(string path, X509Certificate2 certificate, DateTimeOffset now)
    {
        var text = $"{path}: {SafeText.Of(certificate.Subject)}";
        var left = certificate.NotAfter.ToUniversalTime() - now.UtcDateTime;
        return ServerCertificate.Validity(certificate, now) is { } problem ? Finding.Failure("certificate", $"{text} {problem}")
            : left < Renewal ? Finding.Warning("certificate",
                $"{text} expires on {ServerCertificate.Date(certificate.NotAfter)}, in {Math.Floor(left.TotalDays):0} days")
            : Finding.Ok("certificate", $"{text} is valid until {ServerCertificate.Date(certificate.NotAfter)}");
    }
}
