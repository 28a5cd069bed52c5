using System.Globalization;
using Akka.Configuration;
using Akka.Hosting;
using Federation.Actors.Clustering;
using Microsoft.Extensions.Logging;

namespace Federation.Actors;

internal static class ClusterHocon
{
    /// <summary>The nodes of a cluster need actor systems of the same name.</summary>
    public const string SystemName = "federation";

    private const string FileName = "Federation.Actors.cluster.conf";

    public static Config Of(ClusterSettings settings)
    {
        if (!settings.Enabled)
        {
            return Config.Empty;
        }

        var scheme = settings.Tls.Enabled ? "akka.ssl.tcp" : "akka.tcp";
        var seeds = string.Join(", ", settings.SeedNodes.Select(node => $"\"{scheme}://{SystemName}@{node}\""));
        return ConfigurationFactory.ParseString(string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            akka {
              remote.dot-netty.tcp {
                hostname = "{{settings.Host}}"
                port = {{settings.Port}}
                enable-ssl = {{(settings.Tls.Enabled ? "true" : "false")}}
              }
              cluster {
                roles = ["{{settings.Role}}"]
                seed-nodes = [{{seeds}}]
                min-nr-of-members = {{settings.NodesToStart}}
              }
            }
            """)).WithFallback(ConfigurationFactory.ParseString(Text()));
    }

    /// <exception cref="IOException">A certificate cannot be read.</exception>
    public static AkkaConfigurationBuilder AddTls(AkkaConfigurationBuilder akka, ClusterSettings settings, ILoggerFactory loggers) =>
        settings is { Enabled: true, Tls.Enabled: true }
            ? akka.AddSetup(ClusterTls.Setup(settings.Tls, loggers.CreateLogger(typeof(ClusterTls)))) : akka;

    private static string Text()
    {
        using var stream = typeof(ClusterHocon).Assembly.GetManifestResourceStream(FileName)
            ?? throw new InvalidOperationException($"{FileName} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
