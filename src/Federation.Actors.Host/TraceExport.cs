using Federation.Actors.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Federation.Actors.Host;

/// <summary>Sends spans to an OTLP receiver when the usual environment variables are set; without them tracing costs nothing.</summary>
/// <remarks>The OpenTelemetry SDK reads all other OTEL_ variables: <see
/// href="https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/"/>.</remarks>
internal static class TraceExport
{
    public static bool IsWanted(Func<string, string?> environment)
    {
        bool Has(string name) => !string.IsNullOrWhiteSpace(environment(name));
        return !string.Equals(environment("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
            && (Has("OTEL_TRACES_EXPORTER")
                ? string.Equals(environment("OTEL_TRACES_EXPORTER")!.Trim(), "otlp", StringComparison.OrdinalIgnoreCase)
                : Has("OTEL_EXPORTER_OTLP_ENDPOINT") || Has("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"));
    }

    /// <summary>Spans are not sent to the target of a redirect.</summary>
    private static SocketsHttpHandler Handler() => new() { AllowAutoRedirect = false, UseCookies = false };

    public static void Add(HostApplicationBuilder builder, string nodeId)
    {
        // The SDK reads its variables from here.
        builder.Configuration.AddEnvironmentVariables();
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear()
                .AddService("federation", serviceInstanceId: nodeId).AddTelemetrySdk().AddEnvironmentVariableDetector())
            .WithTracing(static tracing => tracing.AddSource(Tracing.SourceName).AddOtlpExporter(static options =>
                options.HttpClientFactory = () =>
                    new HttpClient(Handler()) { Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds) }));
        builder.Services.AddHostedService<TraceExportWatch>();
    }
}
