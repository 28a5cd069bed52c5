using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federation.Actors.Configuration;
using Federation.Actors.Tests.Sockets;

namespace Federation.Actors.Tests.Configuration;

public class StartChecksTests
{
    private static readonly AdminSettings AnyPort = new() { Port = 0 };

    [Fact]
    public void A_variable_that_is_unset_or_empty_is_named_with_its_setting()
    {
        var settings =
            Node(new AuthSettings { Type = AuthType.Basic, BasicUsernameEnv = "USER_VAR", BasicPasswordEnv = "PASSWORD_VAR" }) with
        {
            Nats = new NatsSettings { TokenEnv = "TOKEN_VAR" },
        };

        Assert.Equal(
            [
                "federation.nats.token_env: found the environment variable TOKEN_VAR unset or empty, expected it to hold the token",
                "federation.components.a.auth.basic_password_env: found the environment variable PASSWORD_VAR unset or empty, expected "
                    + "it to hold the password",
            ],
            Run(settings, name => name is "USER_VAR" ? "me" : name is "PASSWORD_VAR" ? "" : null));
    }

    [Fact]
    public void Nothing_is_asked_of_a_component_without_credentials()
    {
        Assert.Empty(Run(Node(new AuthSettings { BearerTokenEnv = "UNUSED" })));
    }

    [Fact]
    public void A_file_of_credentials_has_to_be_readable()
    {
        Assert.Equal(
            ["federation.nats.nkey_file: found \"nowhere.nk\", expected a file that can be read"],
            Run(Node(new AuthSettings()) with { Nats = new NatsSettings { NkeyFile = "nowhere.nk" } }));
    }

    [Fact]
    public void A_file_of_a_token_has_to_be_UTF8()
    {
        using var latin = new TemporaryFile("");
        File.WriteAllBytes(latin.Path, [(byte)'t', 0xF6]);

        Assert.Equal(
            [$"federation.components.a.auth.bearer_token_file: found \"{latin.Path}\" (the file is not UTF-8), expected a file that "
                + "holds the token"],
            Run(Node(new AuthSettings { Type = AuthType.Bearer, BearerTokenFile = latin.Path })));
    }

    [Fact]
    public void A_basic_user_name_has_no_colon()
    {
        var settings = Node(new AuthSettings { Type = AuthType.Basic, BasicUsernameEnv = "USER_VAR", BasicPasswordEnv = "PASSWORD_VAR" });

        Assert.Equal(
            ["federation.components.a.auth.basic_username_env: found a colon in the environment variable USER_VAR, expected a user name "
                + "without a colon: the password follows it (RFC 7617)"],
            Run(settings, static name => name is "USER_VAR" ? "a:b" : "c:d"));
    }

    [Fact]
    public void Files_of_tokens_have_to_hold_one_and_their_variables_too()
    {
        using var empty = new TemporaryFile("\n");
        using var full = new TemporaryFile("token");
        var settings = Node(new AuthSettings
        {
            Type = AuthType.Bearer,
            BearerTokenFile = empty.Path,
            Tokens =
            [
                new TokenSettings { Name = "a", TokenFile = "nowhere" },
                new TokenSettings { Name = "b", TokenFile = full.Path },
                new TokenSettings { Name = "c", TokenEnv = "UNSET" },
            ],
        });

        Assert.Equal(
            [
                "federation.components.a.auth.tokens[2].token_env: found the environment variable UNSET unset or empty, expected it to "
                    + "hold the token",
                $"federation.components.a.auth.bearer_token_file: found \"{empty.Path}\" (the file is empty), expected a file that "
                    + "holds the token",
                "federation.components.a.auth.tokens[0].token_file: found \"nowhere\", expected a file that can be read",
            ],
            Run(settings));
    }

    [Fact]
    public void The_variable_of_the_admin_token_has_to_hold_one()
    {
        Assert.Equal(
            ["federation.admin.token_env: found the environment variable UNSET unset or empty, expected it to hold the token"],
            Run(new FederationSettings { Admin = AnyPort with { TokenEnv = "UNSET" } }));
    }

    [Fact]
    public void A_key_of_another_certificate_is_named_as_that()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = new CertificateRequest("CN=hub", own, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddHours(1));
        using var pem = new TemporaryFile(certificate.ExportCertificatePem());
        using var key = new TemporaryFile(other.ExportPkcs8PrivateKeyPem());

        var fault = Assert.Single(Run(new FederationSettings
        {
            Admin = AnyPort, Components = [Server("a", new TlsServerSettings { CertFile = pem.Path, KeyFile = key.Path })],
        }));

        Assert.StartsWith($"federation.components.a.server.tls.cert_file: found \"{pem.Path}\" (", fault, StringComparison.Ordinal);
        Assert.EndsWith($"expected a certificate in PEM whose private key is in \"{key.Path}\"", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_certificates_have_to_be_there_and_to_be_certificates()
    {
        using var junk = new TemporaryFile("junk");
        var settings = new FederationSettings
        {
            Admin = AnyPort,
            Nats = new NatsSettings { Tls = new TlsNatsSettings { CaFile = "nowhere.pem" } },
            Components =
            [
                Server("a", new TlsServerSettings { CertFile = "nowhere.pem", KeyFile = "nowhere.key", ClientCaFile = junk.Path }),
                Server("b", new TlsServerSettings { CertFile = junk.Path, CertPasswordEnv = "UNSET" }),
                new ComponentSettings
                {
                    Name = "c",
                    Mode = ComponentMode.Client,
                    Client = new ClientSettings { Tls = new TlsClientSettings { CaFile = "nowhere.pem",
                        CertFile = junk.Path, KeyFile = junk.Path } },
                },
            ],
        };

        var faults = Run(settings);

        Assert.Equal(
            [
                "federation.components.b.server.tls.cert_password_env: found the environment variable UNSET unset or empty, expected it "
                    + "to hold the password",
                "federation.nats.tls.ca_file: found \"nowhere.pem\", expected a file that can be read",
                "federation.components.a.server.tls.cert_file: found \"nowhere.pem\", expected a file that can be read",
                "federation.components.a.server.tls.key_file: found \"nowhere.key\", expected a file that can be read",
                $"federation.components.a.server.tls.client_ca_file: found \"{junk.Path}\" (no certificate in PEM), expected a file "
                    + "with certificates in PEM",
                $"federation.components.b.server.tls.cert_file: found \"{junk.Path}\" (a certificate without a key that is not PFX), "
                    + "expected a PFX, or a key_file as well",
            ],
            faults[..6]);
        Assert.Equal("federation.components.c.client.tls.ca_file: found \"nowhere.pem\", expected a file that can be read", faults[6]);
        Assert.StartsWith($"federation.components.c.client.tls.cert_file: found \"{junk.Path}\" (", faults[7], StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_other_mode_would_need_is_not_asked_for()
    {
        var tls = new TlsClientSettings { CaFile = "nowhere" };
        Assert.Empty(Run(Node(new AuthSettings()) with { Components = [
            Server("a", new TlsServerSettings()) with { Client = new ClientSettings { Tls = tls } }] }));
        Assert.Empty(Run(Node(new AuthSettings()) with { Components = [
            Server("a", new TlsServerSettings { CertFile = "nowhere" }) with { Mode = ComponentMode.Client }] }));
    }

    [Fact]
    public void A_port_that_is_taken_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var settings = new FederationSettings
        {
            Admin = AnyPort,
            Components = [new ComponentSettings { Name = "a", Server = new ServerSettings { Host = "127.0.0.1", HttpPort = port } }],
        };

        Assert.Equal(
            [$"federation.components.a.server.http_port: found 127.0.0.1:{port}, which is in use, expected a free port"], Run(settings));
    }

    [Fact]
    public void A_component_that_opens_no_port_needs_none()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var settings = new FederationSettings
        {
            Admin = AnyPort,
            Components =
            [
                new ComponentSettings
                {
                    Name = "a", Server =
                        new ServerSettings { Listen = false, Host = "127.0.0.1", HttpPort = ((IPEndPoint)listener.LocalEndpoint).Port },
                },
            ],
        };

        Assert.Empty(Run(settings));
    }

    [Fact]
    public void A_free_port_is_left_free()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var settings = new FederationSettings { Admin = new AdminSettings { Port = port } };

        Assert.Empty(Run(settings));
        Assert.Empty(Run(settings));
    }

    private static ComponentSettings Server(string name, TlsServerSettings tls) =>
        new() { Name = name, Server = new ServerSettings { HttpPort = 0, Tls = tls } };

    private static FederationSettings Node(AuthSettings auth) => new()
    {
        Admin = AnyPort,
        Components = [new ComponentSettings { Name = "a", Auth = auth, Server = new ServerSettings { HttpPort = 0 } }],
    };

    private static string[] Run(FederationSettings settings, Func<string, string?>? environment = null) =>
        [.. StartChecks.Run(settings, environment ?? (static _ => null)).Select(fault => fault.ToString())];
}
