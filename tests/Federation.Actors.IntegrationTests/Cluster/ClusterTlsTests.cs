using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>Who may join a cluster whose port others reach.</summary>
[Trait(Tool.Needs, "openssl")]
public sealed class ClusterTlsTests(TestCertificates certificates) : IClassFixture<TestCertificates>
{
    [Fact]
    public async Task Nodes_with_certificates_of_the_authority_join_and_others_do_not()
    {
        var seed = FreePort.Take();
        await using var first = await RunAsync("node-1", seed, seed, Tls("node"));
        await using var second = await RunAsync("node-2", FreePort.Take(), seed, Tls("node"));
        await Eventually.TrueAsync(
            async () => await MembersAsync(first) == 2 && await MembersAsync(second) == 2, "both are members", Patience.Long);

        // It ends when it cannot join, perhaps before it listens, and perhaps before its log has the reason. The other end logs it too.
        await using var stranger = await StartAsync("node-3", FreePort.Take(), seed, Tls("other-node"));
        await stranger.ExitedAsync();
        await using var plain = await RunAsync("node-4", FreePort.Take(), seed, "");
        await first.SaysAsync("The cluster refused");
        using var raw = new TcpClient();
        await raw.ConnectAsync("127.0.0.1", seed);
        await raw.GetStream().WriteAsync(new byte[] { 0, 0, 0, 4, 1, 2, 3, 4 });
        var closed = await raw.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(Patience.Long);

        Assert.Equal(0, closed);
        Assert.Equal((2, 2, 0), (await MembersAsync(first), await MembersAsync(second), await MembersAsync(plain)));
    }

    [Fact]
    public async Task A_port_that_others_reach_needs_TLS()
    {
        await using var node = FederationProcess.Start("validate", "--config", "/dev/null", "--set", "federation.cluster.enabled=true",
            "--set", "federation.cluster.host=0.0.0.0", "--set", "federation.components.edge-in.mode=server");

        Assert.Equal(2, await node.ExitedAsync());
        Assert.Contains(node.Errors.Concat(node.Output), static line =>
            line.Contains("federation.cluster.host", StringComparison.Ordinal)
            && line.Contains("0.0.0.0, where anyone who can reach the port controls the node", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_pages_commands_for_Kubernetes_create_a_certificate_of_the_authority_for_the_names_of_the_pods()
    {
        var section = (await File.ReadAllTextAsync(Repository.File("config/OPERATIONS.md"))).Split("### Kubernetes")[1];
        var folder = Directory.CreateTempSubdirectory("federation-");
        await using var openssl = FederationProcess.Start(
            "bash", folder, environment: null, "-ec", $"cd {folder.FullName}\n{section.Split("```bash")[1].Split("kubectl")[0]}");
        Assert.Equal(0, await openssl.ExitedAsync());
        using var certificate = X509Certificate2.CreateFromPemFile(
            Path.Combine(folder.FullName, "tls.crt"), Path.Combine(folder.FullName, "tls.key"));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(Path.Combine(folder.FullName, "ca.crt"));

        Assert.True(chain.Build(certificate));
        Assert.All([0, 1, 2], n => Assert.True(certificate.MatchesHostname($"federation-{n}.federation-nodes")));
    }

    private string Tls(string name) =>
        $$"""
        tls {
          cert_file = "{{certificates[name + ".pem"]}}"
          key_file = "{{certificates[name + ".key"]}}"
          ca_file = "{{certificates[name is "node" ? "ca.pem" : "other-ca.pem"]}}"
        }
        """;

    private static Task<FederationProcess> RunAsync(string name, int port, int seed, string tls) =>
        FederationProcess.RunAsync(Configuration(name, port, seed, tls));

    /// <summary>The same without waiting until it listens.</summary>
    private static async Task<FederationProcess> StartAsync(string name, int port, int seed, string tls)
    {
        var directory = Directory.CreateTempSubdirectory("federation-");
        var file = Path.Combine(directory.FullName, "node.conf");
        await File.WriteAllTextAsync(file, Configuration(name, port, seed, tls));
        return FederationProcess.Start(FederationProcess.Program, directory, null, "run", "--config", file);
    }

    private static string Configuration(string name, int port, int seed, string tls) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        federation {
          node_id = {{name}}
          nats.url = "nats://127.0.0.1:1"
          admin.port = 0
          cluster { enabled = true, port = {{port}}, seed_nodes = ["127.0.0.1:{{seed}}"], {{tls}} }
          components.edges {
            server { host = "127.0.0.1", http_port = 0 }
            ports.outputs = [ { name = ws_data, subject = data } ]
          }
        }
        """);

    /// <summary>Members that a node sees; 0 for one that has ended, as a node does that cannot join.</summary>
    private static async Task<int> MembersAsync(FederationProcess node)
    {
        using var http = new HttpClient { BaseAddress = node.Admin };
        try
        {
            using var answer = await http.GetAsync(new Uri("health", UriKind.Relative));
            using var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return health.RootElement.TryGetProperty("cluster", out var cluster)
                ? cluster.GetProperty("members").EnumerateArray().Count(static member => member.GetProperty("status").GetString() is "up") : 0;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}
