using System.Net;
using System.Net.Sockets;
using Federation.Actors.Settings;

namespace Federation.Actors.Tests.Settings;

public class StartChecksTests
{
    private static readonly AdminSettings AnyPort = new() { Port = 0 };

    [Fact]
    public void A_variable_that_is_unset_or_empty_is_named_with_its_setting()
    {
        var settings = Node(new AuthSettings { Type = AuthType.Basic, BasicUsernameEnv = "USER_VAR", BasicPasswordEnv = "PASSWORD_VAR" }) with
        {
            Nats = new NatsSettings { TokenEnv = "TOKEN_VAR" },
        };

        Assert.Equal(
            [
                "federation.nats.token_env: found the environment variable TOKEN_VAR unset or empty, expected it to hold the token",
                "federation.components.a.auth.basic_password_env: found the environment variable PASSWORD_VAR unset or empty, expected it to hold the password",
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

        Assert.Equal([$"federation.components.a.server.http_port: found 127.0.0.1:{port}, which is taken, expected a free port"], Run(settings));
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

    private static FederationSettings Node(AuthSettings auth) => new()
    {
        Admin = AnyPort,
        Components = [new ComponentSettings { Name = "a", Auth = auth, Server = new ServerSettings { HttpPort = 0 } }],
    };

    private static string[] Run(FederationSettings settings, Func<string, string?>? environment = null) =>
        [.. StartChecks.Run(settings, environment ?? (static _ => null)).Select(fault => fault.ToString())];
}
