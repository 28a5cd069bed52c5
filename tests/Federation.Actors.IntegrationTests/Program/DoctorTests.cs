using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary><c>federation doctor</c>, against servers, ports and certificates that suit and that do not.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("doctor-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_configuration_that_suits_machine_and_server_has_no_findings()
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions { JetStream = true });
        await using var stream = await EventStream.OpenAsync(nats.Url);

        var (code, lines) = await DoctorAsync(Node(nats.Url, """
            ports.outputs = [ { name = ws_data, subject = "events.{peer}", type = jetstream }, { name = ws_control, subject = ctl } ]
            ports.inputs = [ { name = stored, subject = "events.>", type = jetstream } ]
            """));

        Assert.Equal(0, code);
        Assert.Equal(
            ["machine", "descriptors", "nats", "stream", "stream", "clock", "rights"],
            lines.SkipLast(1).Select(static line => line[9..].Split(' ')[0]));
        Assert.All(lines.SkipLast(1), static line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
        Assert.EndsWith("node.conf: 0 failures, 0 warnings", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_streams_and_permissions_are_failures_and_a_stream_to_be_created_is_not_created()
    {
        await using var nats = await NatsServer.StartAsync(new NatsServerOptions
        {
            ConfigText = """
                jetstream { store_dir: "<store>" }
                authorization { users = [ { user: u, password: p, permissions {
                  publish { allow: ["$JS.API.>", "$SYS.REQ.USER.INFO", "a.>"], deny: ["a.secret"] }, subscribe { allow: ["_INBOX.>"] } } } ] }
                """,
        });
        var url = nats.Url.Replace("nats://", "nats://u:p@", StringComparison.Ordinal);

        var (code, lines) = await DoctorAsync(Node(url, """
            ports.outputs = [ { name = ws_data, subject = "a.{peer}", type = jetstream, stream { name = made, create = true } } ]
            ports.inputs = [ { name = stored, subject = "b.>", type = jetstream }, { name = live, subject = "c.>" } ]
            """));

        Assert.Equal(1, code);
        Assert.Contains(lines, static line => line.StartsWith("ok ", StringComparison.Ordinal)
            && line.EndsWith("the stream made does not exist yet; the node creates it", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith(
            "FAILURE  stream       port stored of edges: the subject b.> is in no stream", StringComparison.Ordinal));
        Assert.Contains("FAILURE  rights       u may not subscribe to c.>, which port live of edges needs", lines);
        Assert.Contains("warning  rights       u may publish to only a part of a.*, which port ws_data of edges may need", lines);
        Assert.DoesNotContain(lines, static line => line.Contains("p@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_a_taken_port_an_open_host_and_old_certificates_are_found()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        WriteCertificate("old", days: -1);
        WriteCertificate("soon", days: 5);

        var (code, lines) = await DoctorAsync(Node("nats://127.0.0.1:1", $$"""
            server.host = "0.0.0.0"
            server.tls { cert_file = "{{File("soon.pem")}}", key_file = "{{File("soon.key")}}", client_ca_file = "{{File("old.pem")}}" }
            ports.outputs = [ { name = ws_data, subject = a } ]
            """), "--set", $"federation.admin.port={port}");

        Assert.Equal(1, code);
        Assert.Contains(lines, static line => line.StartsWith(
            "warning  settings     federation.components.edges.server.host: 0.0.0.0 with auth.type = none", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith(
            $"FAILURE  machine      federation.admin.port: found 127.0.0.1:{port}, which is in use", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith(
            "FAILURE  certificate  federation.components.edges.server.tls.client_ca_file: CN=old expired on ", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith(
            "warning  certificate  federation.components.edges.server.tls.cert_file: CN=soon expires on ", StringComparison.Ordinal)
            && line.EndsWith(", in 4 days", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith(
            "FAILURE  nats         cannot reach NATS at nats://127.0.0.1:1", StringComparison.Ordinal));
        Assert.EndsWith("node.conf: 3 failures, 2 warnings", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_end_it_with_2()
    {
        var (code, lines) = await DoctorAsync(Node("nats://127.0.0.1:1", "ports.outputs = []"));

        Assert.Equal(2, code);
        Assert.StartsWith("federation.components.edges.ports.outputs: missing", Assert.Single(lines), StringComparison.Ordinal);
    }

    private static string Node(string nats, string component) => $$"""
        federation {
          nats.url = "{{nats}}"
          admin.port = 0
          components.edges { server { host = "127.0.0.1", http_port = 0, max_connections = 10 }
            {{component}}
          }
        }
        """;

    private string File(string name) => Path.Combine(_directory.FullName, name);

    private void WriteCertificate(string name, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-30), now.AddDays(days));
        System.IO.File.WriteAllText(File($"{name}.pem"), certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(File($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private async Task<(int Code, IReadOnlyList<string> Lines)> DoctorAsync(string configuration, params string[] more)
    {
        await System.IO.File.WriteAllTextAsync(File("node.conf"), configuration);
        await using var doctor = FederationCommand.Start(["doctor", "--config", File("node.conf"), .. more]);
        var code = await doctor.ExitedAsync();
        return (code, [.. doctor.Output, .. doctor.Errors]);
    }
}
