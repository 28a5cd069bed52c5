using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Supervision;
using Federation.Actors.Tests.Sockets;

namespace Federation.Actors.Tests.Supervision;

public sealed class CertificateActorTests : VirtualTimeKit
{
    private readonly FederationMetrics _metrics = new();
    private readonly TestProbe _events;

    public CertificateActorTests()
    {
        _events = CreateTestProbe();
        Sys.EventStream.Subscribe(_events, typeof(FederationEvent));
    }

    [Fact]
    public void Fourteen_days_before_the_expiry_it_warns_once_a_day_and_not_any_more_when_the_file_is_replaced()
    {
        using var file = new TemporaryFile(Certificate(TimeSpan.FromDays(14) + TimeSpan.FromHours(1)));
        var actor = Start(file.Path);
        Shows(file.Path, TimeSpan.FromDays(14) + TimeSpan.FromHours(1));
        ExpectNothing(_events);

        Advance(TimeSpan.FromHours(2));
        var warning = _events.ExpectMsg<FederationEvent>();
        Assert.Equal((FederationEventKind.CertificateExpires, "in"), (warning.Kind, warning.Component));
        Assert.Matches(
            $"^a certificate in {file.Path}, which in presents, expires in 13 days, on [0-9-]{{10}} [0-9:]{{5}}Z$", warning.Text);
        Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(1));
        Assert.Contains("in 12 days", _events.ExpectMsg<FederationEvent>().Text, StringComparison.Ordinal);

        File.WriteAllText(file.Path, Certificate(TimeSpan.FromDays(91)));
        Advance(TimeSpan.FromDays(1));
        Shows(file.Path, TimeSpan.FromDays(90));
        Settle(actor);
        ExpectNothing(_events);
    }

    [Fact]
    public void An_expired_one_is_negative_and_the_first_of_a_chain_counts()
    {
        using var file = new TemporaryFile(Certificate(TimeSpan.FromDays(90)) + Certificate(TimeSpan.FromDays(-1)));

        Start(file.Path);

        Shows(file.Path, TimeSpan.FromDays(-1));
        Assert.Contains("which in presents, expired on ", _events.ExpectMsg<FederationEvent>().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_used_keeps_its_date_until_it_can_be_used_again()
    {
        using var file = new TemporaryFile(Certificate(TimeSpan.FromDays(90)));
        Start(file.Path);
        Shows(file.Path, TimeSpan.FromDays(90));

        File.WriteAllText(file.Path, "nonsense");
        Advance(TimeSpan.FromMinutes(2));
        Shows(file.Path, TimeSpan.FromDays(90));
        File.WriteAllText(file.Path, Certificate(TimeSpan.FromDays(50)));

        AwaitAssert(
            () =>
            {
                Advance(TimeSpan.FromMinutes(2));
                Assert.InRange(_metrics.Node.Get(MetricTable.CertificateExpiry, file.Path).Value, 0, TimeSpan.FromDays(51).TotalSeconds);
            },
            Patience);
    }

    [Fact]
    public void Each_file_that_the_node_presents_is_watched_once()
    {
        var server = new ServerSettings { Tls = new TlsServerSettings { CertFile = "server.pem" } };
        var settings = new FederationSettings
        {
            Nats = new NatsSettings { Tls = new TlsNatsSettings { CertFile = "nats.pem" } },
            Components =
            [
                new ComponentSettings { Name = "a", Server = server },
                new ComponentSettings { Name = "b", Server = server },
                new ComponentSettings { Name = "mapped", Server = server with { Listen = false, Tls = new() { CertFile = "unused.pem" } } },
                new ComponentSettings
                {
                    Name = "c", Mode = ComponentMode.Client, Server = server, Client = new() { Tls = new() { CertFile = "client.pem" } },
                },
            ],
        };

        Assert.Equal(
            [("server.pem", "a"), ("client.pem", "c"), ("nats.pem", "")],
            CertificateFile.Of(settings).Select(static file => (file.Path, file.Component)));
        Assert.Empty(CertificateFile.Of(new FederationSettings { Components = [new ComponentSettings { Name = "a" }] }));
    }

    private IActorRef Start(string path) =>
        Sys.ActorOf(CertificateActor.Props([new CertificateFile(path, "in", static () => null)], _metrics));

    private void Shows(string path, TimeSpan left) => AwaitAssert(
        () => Assert.InRange(
            _metrics.Node.Get(MetricTable.CertificateExpiry, path).Value, left.TotalSeconds - 300, left.TotalSeconds + 1), Patience);

    private static TimeSpan Patience => TimeSpan.FromSeconds(10);

    private string Certificate(TimeSpan left)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var end = Clock.UtcNow + left;
        using var certificate = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256).CreateSelfSigned(end.AddDays(-100), end);
        return certificate.ExportCertificatePem() + "\n";
    }
}
