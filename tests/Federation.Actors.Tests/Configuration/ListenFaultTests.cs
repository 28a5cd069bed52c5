namespace Federation.Actors.Tests.Configuration;

public class ListenFaultTests
{
    private const string Edge = "federation.components.edge-in.";

    [Fact]
    public void Two_servers_cannot_share_a_port_and_a_path()
    {
        Assert.Equal(
            ["federation.components.b.server.path: found 0.0.0.0:8081/ingest, which a uses, expected another port or path"],
            Configurations.Faults(
                Configurations.Node($"a {{ server {{}}, {Configurations.Ports} }}\nb {{ server {{}}, {Configurations.Ports} }}")));
    }

    [Fact]
    public void Servers_without_a_port_share_none()
    {
        Assert.Empty(Configurations.Faults(Configurations.Node(
            $"a {{ server.listen = false, {Configurations.Ports} }}\nb {{ server.listen = false, {Configurations.Ports} }}\nc {{ server "
                + $"{{}}, {Configurations.Ports} }}")));
    }

    [Fact]
    public void A_server_without_a_port_does_not_encrypt()
    {
        Assert.Equal(
            [Edge + "server.tls: found settings of a port, with listen = false, expected none: they belong to the "
                + "application's web server"],
            Configurations.Faults(Configurations.Server("server { listen = false, tls { cert_file = c, key_file = k } }")));
    }

    [Fact]
    public void Two_servers_may_share_a_port_on_paths_of_their_own()
    {
        Assert.Empty(Configurations.Faults(
            Configurations.Node($"a {{ server {{}}, {Configurations.Ports} }}\nb {{ server.path = \"/b\", {Configurations.Ports} }}")));
    }

    [Fact]
    public void Two_servers_cannot_share_a_port_with_tls_of_their_own()
    {
        Assert.Equal(
            ["federation.components.b.server.tls: found other values than a has on 0.0.0.0:8081, expected the same or another port"],
            Configurations.Faults(Configurations.Node(
                $"a {{ server {{}}, {Configurations.Ports} }}\nb {{ server {{ path = \"/b\", tls {{ cert_file = c, key_file = k }} }}, "
                    + $"{Configurations.Ports} }}")));
    }

    [Fact]
    public void Two_servers_cannot_share_a_port_with_lean_and_plain_connections()
    {
        Assert.Equal(
            ["federation.components.b.server.lean_connections: found another value than a has on 0.0.0.0:8081, expected the same or "
                + "another port"],
            Configurations.Faults(Configurations.Node(
                $"a {{ server {{}}, {Configurations.Ports} }}\nb {{ server {{ path = \"/b\", lean_connections = false }}, "
                    + $"{Configurations.Ports} }}")));
    }

    [Fact]
    public void Two_servers_cannot_share_a_port_on_overlapping_addresses()
    {
        Assert.Equal(
            ["federation.components.b.server.host: found 127.0.0.1 on port 8081, where a has 0.0.0.0, expected the same host or another "
                + "port"],
            Configurations.Faults(Configurations.Node(
                $"a {{ server {{}}, {Configurations.Ports} }}\nb {{ server.host = \"127.0.0.1\", {Configurations.Ports} }}")));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.168.1.4")]
    [InlineData("node.example")]
    public void An_admin_host_that_others_reach_needs_a_token_or_a_clear_word(string host)
    {
        var setting = $"federation.admin.host={host}";

        var fault = Assert.Single(Configurations.Faults(Configurations.Server(""), setting));
        Assert.StartsWith($"federation.admin.host: found {host}, which other machines can reach, without admin.token_env or admin.token_file, "
            + "expected a loopback address", fault, StringComparison.Ordinal);
        Assert.Contains("admin.insecure = true", fault, StringComparison.Ordinal);
        Assert.Empty(Configurations.Faults(Configurations.Server(""), setting, "federation.admin.token_env=TOKEN"));
        Assert.Empty(Configurations.Faults(Configurations.Server(""), setting, "federation.admin.token_file=file"));
        Assert.Empty(Configurations.Faults(Configurations.Server(""), setting, "federation.admin.insecure=true"));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    public void A_loopback_admin_host_needs_no_token(string host)
    {
        Assert.Empty(Configurations.Faults(Configurations.Server(""), $"federation.admin.host=\"{host}\""));
    }

    [Fact]
    public void The_admin_port_is_nobody_elses()
    {
        Assert.Equal(
            ["federation.admin.port: found 8081, which edge-in uses, expected another port"],
            Configurations.Faults(Configurations.Server(""), "federation.admin.port=8081"));
    }
}
