using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Security;

namespace Federation.Actors.IntegrationTests;

/// <summary>Whatever a node says of itself, it says no secret.</summary>
[Trait(Tool.Needs, "openssl")]
public sealed class SecrecyTests(TestCertificates certificates) : IClassFixture<TestCertificates>, IDisposable
{
    private const string Shared = "s3cret-shared";
    private const string Own = "s3cret-own";
    private const string Bus = "s3cret-bus";
    private const string Password = "pfx-s3cret";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("secrecy-");

    private string TokenFile => Path.Combine(_directory.FullName, "token");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task No_secret_is_in_any_output()
    {
        Environment.SetEnvironmentVariable("SECRECY_TEST_OWN", Own);
        Environment.SetEnvironmentVariable("SECRECY_TEST_BUS", Bus);
        Environment.SetEnvironmentVariable("SECRECY_TEST_PASSWORD", Password);
        await File.WriteAllTextAsync(TokenFile, Shared);
        await using var server = await NatsServer.StartAsync(
            new NatsServerOptions { ConfigText = $"authorization {{ token: \"{Bus}\" }}" });
        var configuration = FederationConfiguration.Parse(Text(server.Port), "node.conf", null, static _ => null);
        var settings = configuration.EnsureValid();
        using var log = new KeptLog();
        var output = new StringBuilder();
        output.AppendLine(EffectiveConfiguration.Render(configuration)).AppendLine(settings.ToString());
        output.AppendJoin('\n', settings.Components.Select(
            component => $"{component} {component.Auth} {string.Join(' ', component.Auth.Tokens)} {component.Server}"));
        output.AppendJoin('\n', StartChecks.Run(settings));

        await using (var node = await TestNode.StartAsync(settings, log))
        {
            await node.WhenAsync(report => report.Healthy, "healthy");
            foreach (var token in new[] { Shared, Own })
            {
                await using var peer = await TestPeer.ConnectAsync(node.Url, Dial(token));
                await peer.SendAsync(TestPeer.Data("data-1", "{}"));
                await peer.ReceiveAsync("ack");
            }

            // Nearly right, and found in an exception and in a log if anyone puts it there.
            output.AppendLine(
                (await Assert.ThrowsAsync<WebSocketException>(() => TestPeer.ConnectAsync(node.Url, Dial(Own + "-x")))).ToString());
            await SpoilTokenFileAsync(node, log);
            output.AppendLine(JsonSerializer.Serialize(await node.HealthAsync()));
            using var metrics = new MemoryStream();
            await node.Metrics.Registry.CollectAndExportAsTextAsync(metrics);
            output.AppendLine(Encoding.UTF8.GetString(metrics.ToArray()));
        }

        output.AppendLine(PeerAuthenticatorException().ToString()).AppendJoin('\n', log.Lines);
        var said = output.ToString();
        Assert.Contains("edge-in listens on wss://", said, StringComparison.Ordinal);
        Assert.Contains("stays in use", said, StringComparison.Ordinal);
        Assert.All(
            new[] { Shared, Own, Bus, Password, Convert.ToBase64String(Encoding.UTF8.GetBytes(Own)), "PRIVATE KEY" },
            secret => Assert.DoesNotContain(secret, said, StringComparison.Ordinal));
    }

    [Fact]
    public void Neither_is_it_in_what_start_checks_and_exceptions_say_of_files_that_will_not_do()
    {
        File.WriteAllText(TokenFile, Shared);
        var tls = new TlsServerSettings { CertFile = certificates["server.pfx"], CertPasswordEnv = "P" };
        var mixedUp = new TlsServerSettings { CertFile = TokenFile, KeyFile = TokenFile, ClientCaFile = TokenFile };
        using var log = new KeptLog();

        var said = string.Join('\n', new[] { tls, mixedUp }.SelectMany(settings =>
            StartChecks.Run(Settings(settings), static _ => "s3cret-wrong").Select(fault => fault.ToString())
                .Append(Record.Exception(
                    () => new ServerTls(settings, static _ => "s3cret-wrong", log, TimeProvider.System))?.ToString())));

        Assert.Contains("server.tls.cert_file: found", said, StringComparison.Ordinal);
        Assert.Contains("cannot be used for TLS", said, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", said + string.Join('\n', log.Lines), StringComparison.Ordinal);
    }

    private Action<ClientWebSocketOptions> Dial(string token) => options =>
    {
        certificates.Trust(options);
        options.SetRequestHeader("Authorization", $"Bearer {token}");
    };

    private static MissingCredentialException PeerAuthenticatorException() =>
        Assert.Throws<MissingCredentialException>(() => PeerAuthenticator.Create(
        new AuthSettings { Type = AuthType.Basic, BasicUsernameEnv = "NAME", BasicPasswordEnv = "PASSWORD" },
        static name => name is "NAME" ? Own : null));

    private static FederationSettings Settings(TlsServerSettings tls) => new()
    {
        Admin = new AdminSettings { Port = 0 },
        Components = [new ComponentSettings { Name = "a", Server = new ServerSettings { Host = "127.0.0.1", HttpPort = 0, Tls = tls } }],
    };

    private async Task SpoilTokenFileAsync(TestNode node, KeptLog log)
    {
        await File.WriteAllTextAsync(TokenFile, string.Concat(Enumerable.Repeat(Shared + "\n", Reloaded<string>.SmallFile / Shared.Length)));
        await Eventually.TrueAsync(
            async () =>
            {
                await using var peer = await TestPeer.ConnectAsync(node.Url, Dial(Shared));
                return log.Lines.Any(line => line.Contains("stays in use", StringComparison.Ordinal));
            },
            "the file that is too long in the log");
    }

    private string Text(int natsPort) => $$"""
        federation {
          admin.port = 0
          nats { url = "nats://127.0.0.1:{{natsPort}}", token_env = SECRECY_TEST_BUS }
          components.edge-in {
            server {
              host = "127.0.0.1"
              http_port = 0
              tls { cert_file = "{{certificates["server.pfx"]}}", cert_password_env = SECRECY_TEST_PASSWORD }
            }
            auth { type = bearer, bearer_token_file = "{{TokenFile}}", tokens = [{ name = edge-7, token_env = SECRECY_TEST_OWN }] }
            ports.outputs = [{ name = ws_data, subject = federated.data }]
          }
        }
        """;
}
