using System.Globalization;
using Akka.Actor;
using Federation.Actors.Configuration;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;

namespace Federation.Actors.Supervision;

/// <summary>Shows when the certificates that a node presents expire, and warns before that.</summary>
internal sealed class CertificateActor : UntypedActor, IWithTimers
{
    /// <summary>Time before the expiry from which on the node warns, once a day.</summary>
    internal static readonly TimeSpan WarnBefore = TimeSpan.FromDays(14);

    /// <summary>How late a renewed certificate may be noticed.</summary>
    internal static readonly TimeSpan ReadInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan WarnInterval = TimeSpan.FromDays(1);

    private readonly IReadOnlyList<CertificateFile> _files;
    private readonly FederationMetrics _metrics;
    private readonly Clock _clock = Clock.Of(Context.System);

    // By path: the date that was warned of, and when.
    private readonly Dictionary<string, (DateTimeOffset Expiry, TimeSpan At)> _warned = new(StringComparer.Ordinal);

    public CertificateActor(IReadOnlyList<CertificateFile> files, FederationMetrics metrics)
    {
        _files = files;
        _metrics = metrics;
    }

    /// <inheritdoc />
    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IReadOnlyList<CertificateFile> files, FederationMetrics metrics) =>
        Akka.Actor.Props.Create(() => new CertificateActor(files, metrics));

    /// <inheritdoc />
    protected override void PreStart() => Self.Tell(Look.Instance);

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Look:
                var files = _files;
                _ = Task.Run(() => new Dates([.. files.Select(Read)])).PipeTo(Self);
                break;
            case Dates dates:
                Timers.StartSingleTimer(Look.Instance, Look.Instance, ReadInterval);
                foreach (var (file, expiry) in _files.Zip(dates.Expiries))
                {
                    Show(file, expiry);
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <returns>Null when the file cannot be used, which is logged where it is used.</returns>
    private static DateTimeOffset? Read(CertificateFile file)
    {
        try
        {
            return Certificates.FirstExpiry(File.ReadAllBytes(file.Path), file.Password());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }

    private void Show(CertificateFile file, DateTimeOffset? expiry)
    {
        if (expiry is not { } at)
        {
            return;
        }

        var now = _clock.Now;
        var left = at - now.Utc;
        _metrics.Node.Get(MetricTable.CertificateExpiry, file.Path).Set(Math.Round(left.TotalSeconds));
        if (left >= WarnBefore
            || (_warned.TryGetValue(file.Path, out var last) && last.Expiry == at && now.Elapsed - last.At < WarnInterval))
        {
            return;
        }

        _warned[file.Path] = (at, now.Elapsed);
        var verb = left <= TimeSpan.Zero ? "expired" : $"expires in {Days(left)},";
        var text = string.Create(CultureInfo.InvariantCulture,
            $"a certificate in {file.Path}, which {file.Presented}, {verb} on {at.UtcDateTime:yyyy-MM-dd HH:mm}Z");
        FederationLog.Of(Context, file.Component).Write(LogEvents.CertificateExpires, "{Text}", text);
        Context.System.EventStream.Publish(
            new FederationEvent(now.Utc, FederationEventKind.CertificateExpires, file.Component, "", text));
    }

    private static string Days(TimeSpan left) =>
        left.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(left.TotalDays):0} days")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(left.TotalHours):0} hours");

    private sealed class Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }

    private sealed record Dates(IReadOnlyList<DateTimeOffset?> Expiries) : INoSerializationVerificationNeeded;
}

/// <summary>A file with a certificate that the node presents.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Component">The first component that presents it; empty: the node does, to NATS.</param>
/// <param name="Password">Reads the password of the file; null when it has none.</param>
internal sealed record CertificateFile(string Path, string Component, Func<string?> Password)
{
    /// <summary>For people: the owner and the verb of a clause.</summary>
    public string Presented => Component.Length > 0 ? Component + " presents" : "the node presents to NATS";

    /// <summary>All of a node, each once.</summary>
    public static IReadOnlyList<CertificateFile> Of(FederationSettings settings) =>
    [
        .. settings.Components.Select(Of).Append(new CertificateFile(settings.Nats.Tls.CertFile, "", static () => null))
            .Where(static file => file.Path.Length > 0).DistinctBy(static file => file.Path, StringComparer.Ordinal),
    ];

    private static CertificateFile Of(ComponentSettings component) => component.Mode == ComponentMode.Client
        ? new CertificateFile(component.Client.Tls.CertFile, component.Name, static () => null)
        : new CertificateFile(component.Server.Listen ? component.Server.Tls.CertFile : "", component.Name,
            () => PasswordOf(component.Server.Tls));

    private static string? PasswordOf(TlsServerSettings tls) =>
        tls.CertPasswordEnv.Length > 0 ? Environment.GetEnvironmentVariable(tls.CertPasswordEnv)
        : tls.CertPasswordFile.Length > 0 ? SecretSource.Secret(File.ReadAllBytes(tls.CertPasswordFile))
        : null;
}
