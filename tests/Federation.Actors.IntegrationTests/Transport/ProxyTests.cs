using System.Globalization;
using System.Net;
using System.Text;
using Federation.Actors.IntegrationTests.Cluster;
using Federation.Actors.IntegrationTests.Support;
using Federation.Actors.Security;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.IntegrationTests.Transport;

/// <summary>Behind a real nginx and a real haproxy a peer is who it is, and nobody else can say who it is.</summary>
[Trait(Tool.Needs, "openssl")]
public abstract class ProxyTests(TestCertificates certificates, bool lean)
    : ListenerTests(lean), IClassFixture<TestCertificates>, IDisposable
{
    public sealed class Lean(TestCertificates certificates) : ProxyTests(certificates, lean: true);

    public sealed class Plain(TestCertificates certificates) : ProxyTests(certificates, lean: false);

    private static readonly IPAddress Client = IPAddress.Parse("127.0.0.7");
    private static readonly string[] Local = ["127.0.0.1", "::1"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("proxy-");

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    [Trait(Tool.Needs, "nginx")]
    public async Task The_nginx_snippet_of_the_contract_works_as_printed_and_a_browser_s_page_when_it_is_listed()
    {
        await using var node = await StartAsync(new ServerSettings { Host = "127.0.0.1", AllowedOrigins = ["https://ingest.example.com"] });
        var port = FreePort.Take();
        await using var nginx = await NginxAsync(port, node.Port, "");

        Assert.Contains(" 101 ", await AskAsync(port), StringComparison.Ordinal);
        Assert.Contains(" 101 ", await AskAsync(port, "Origin: https://ingest.example.com"), StringComparison.Ordinal);
        Assert.Contains(" 403 ", await AskAsync(port, "Origin: https://evil.example"), StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1:", (await node.AcceptedAsync()).Meter.Address, StringComparison.Ordinal);
    }

    [Fact]
    [Trait(Tool.Needs, "nginx")]
    public async Task A_trusted_nginx_tells_address_origin_and_certificate_and_an_untrusted_one_nothing()
    {
        const string headers = """
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Client-Name "CN=edge.7,O=Acme";
            """;
        var server = new ServerSettings { Host = "127.0.0.1", TrustedProxies = Local, ClientNameHeader = "X-Client-Name" };
        await using var trusting = await StartAsync(server);
        await using var other = await StartAsync(server with { TrustedProxies = ["192.0.2.1"] });
        var (port, otherPort) = (FreePort.Take(), FreePort.Take());
        await using var nginx = await NginxAsync(port, trusting.Port, headers);
        await using var otherNginx = await NginxAsync(otherPort, other.Port, headers);

        Assert.Contains(
            " 101 ", await AskAsync(port, $"Origin: https://localhost:{port}", "X-Forwarded-For: 203.0.113.9"), StringComparison.Ordinal);
        var peer = await trusting.AcceptedAsync();
        Assert.StartsWith("127.0.0.7", peer.Meter.Address, StringComparison.Ordinal);
        Assert.Equal(("edge_7", true), (peer.Name.Identity, peer.Name.Vouched));

        Assert.Contains(" 403 ", await AskAsync(otherPort, $"Origin: https://localhost:{otherPort}"), StringComparison.Ordinal);
        Assert.Contains(" 101 ", await AskAsync(otherPort), StringComparison.Ordinal);
        peer = await other.AcceptedAsync();
        Assert.StartsWith("127.0.0.1:", peer.Meter.Address, StringComparison.Ordinal);
        Assert.Equal("client-1", peer.Name.Identity);
    }

    [Theory]
    [InlineData("send-proxy")]
    [InlineData("send-proxy-v2")]
    [Trait(Tool.Needs, "haproxy")]
    public async Task A_trusted_haproxy_tells_the_address_before_the_request(string version)
    {
        await using var node = await StartAsync(
            new ServerSettings { Host = "127.0.0.1", TrustedProxies = ["127.0.0.1"], ProxyProtocol = true });
        var port = FreePort.Take();
        await using var haproxy = await HaproxyAsync(port, node.Port, version);

        using var peer = await RawPeer.SendHandshakeAsync(
            port, Client, "/ingest", $"Origin: https://127.0.0.1:{port}", "X-Forwarded-Proto: https");
        Assert.Contains(" 101 ", await peer.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.7:", (await node.AcceptedAsync()).Meter.Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_trusted_proxy_the_header_is_demanded_and_of_anybody_else_it_is_not_taken()
    {
        await using var node = await StartAsync(
            new ServerSettings { Host = "127.0.0.1", TrustedProxies = ["127.0.0.1"], ProxyProtocol = true });

        using var silent = await RawPeer.SendHandshakeAsync(node.Port);
        Assert.Empty(await silent.ReadToEndAsync());
        using var liar = await RawPeer.OpenAsync(node.Port, Client);
        await liar.SendAsync("PROXY TCP4 192.0.2.1 10.0.0.1 1 2\r\nGET /ingest HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        Assert.Contains(" 400 ", await liar.ReadHeadAsync(), StringComparison.Ordinal);
        using var honest = await RawPeer.SendHandshakeAsync(node.Port, Client, "/ingest", "X-Forwarded-For: 192.0.2.1");
        Assert.Contains(" 101 ", await honest.ReadHeadAsync(), StringComparison.Ordinal);

        Assert.StartsWith("127.0.0.7:", (await node.AcceptedAsync()).Meter.Address, StringComparison.Ordinal);
        Assert.Equal(["127.0.0.1", "127.0.0.7"], node.Refused.Select(refused => refused.Address.Split(':')[0]));
    }

    private static async Task<string> AskAsync(int port, params string[] headers)
    {
        using var peer = await RawPeer.OpenAsync(port, Client);
        using var certificate = await peer.EncryptAsync(
            ClientTls.Options(new TlsClientSettings { InsecureSkipVerify = true }, "localhost"));
        await peer.SendAsync(Encoding.ASCII.GetBytes(
            $"GET /ingest HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + string.Concat(headers.Select(static header => header + "\r\n")) + "\r\n"));
        return await peer.ReadHeadAsync();
    }

    private async Task<FederationProcess> NginxAsync(int port, int nodePort, string headers)
    {
        var directory = _directory.CreateSubdirectory(port.ToString(CultureInfo.InvariantCulture)).FullName;
        var file = Path.Combine(directory, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off;
            master_process off;
            pid {{directory}}/nginx.pid;
            error_log stderr;
            events { }
            http {
              access_log off;
              client_body_temp_path {{directory}}/body;
              proxy_temp_path {{directory}}/proxy;
              fastcgi_temp_path {{directory}}/fastcgi;
              uwsgi_temp_path {{directory}}/uwsgi;
              scgi_temp_path {{directory}}/scgi;
              server {
                  listen 127.0.0.1:{{port}} ssl;
                  server_name ingest.example.com;

                  ssl_certificate {{certificates["server.pem"]}};
                  ssl_certificate_key {{certificates["server.key"]}};

                  location /ingest {
                      proxy_pass http://localhost:{{nodePort}};
                      proxy_http_version 1.1;
                      proxy_set_header Upgrade $http_upgrade;
                      proxy_set_header Connection "upgrade";
                      {{headers}}
                  }
              }
            }
            """);
        return await StartAsync("nginx", port, "-p", directory, "-e", "stderr", "-c", file);
    }

    private async Task<FederationProcess> HaproxyAsync(int port, int nodePort, string version)
    {
        var file = Path.Combine(_directory.FullName, "haproxy.cfg");
        await File.WriteAllTextAsync(file, $"""
            defaults
              mode http
              timeout connect 5s
              timeout client 30s
              timeout server 30s
              timeout tunnel 30s
            frontend in
              bind 127.0.0.1:{port}
              default_backend node
            backend node
              server node 127.0.0.1:{nodePort} {version}

            """);
        return await StartAsync("haproxy", port, "-db", "-f", file);
    }

    private static async Task<FederationProcess> StartAsync(string program, int port, params string[] arguments)
    {
        var process = FederationProcess.Start(Tool.Find(program) ?? program, null, null, arguments);
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    try
                    {
                        using var peer = await RawPeer.OpenAsync(port);
                        return true;
                    }
                    catch (System.Net.Sockets.SocketException)
                    {
                        return false;
                    }
                },
                $"{program} to listen");
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
