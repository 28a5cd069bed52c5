using Akka.Configuration;

namespace Federation.Actors.Tests.Configuration;

public class EffectiveConfigurationTests
{
    [Fact]
    public void Every_value_says_where_it_came_from()
    {
        var text = Configurations.Node(
            $"edge-in {{\nmode = server\nserver.http_port = ${{?PORT}}\nserver.path = \"/x\"\n{Configurations.Ports}\n}}",
            "component_defaults.server.max_connections = 5");
        var loaded = FederationConfiguration.Parse(
            text, "node.conf", ["federation.admin.port=1"], static name => name is "PORT" ? "9000" : null);

        var origins = EffectiveConfiguration.Render(loaded).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split("  # ")).ToDictionary(parts => parts[0].TrimEnd(), parts => parts[1], StringComparer.Ordinal);

        Assert.Equal("--set", origins["federation.admin.port = 1"]);
        Assert.Equal("environment PORT", origins["federation.components.edge-in.server.http_port = 9000"]);
        Assert.Equal("file node.conf:7", origins["federation.components.edge-in.server.path = \"/x\""]);
        Assert.Equal("file node.conf:2", origins["federation.components.edge-in.server.max_connections = 5"]);
        Assert.Equal("default", origins["federation.components.edge-in.server.write_buffer_size = 4096"]);
        Assert.Equal("file node.conf:8", origins[
            "federation.components.edge-in.ports.outputs = [{name = \"ws_data\", subject = \"federated.data\", allowed_subjects = [], "
                + "subject_prefix = \"\", type = nats, headers = true, decode_raw = false, publish_timeout = 30s, consumers = share}]"]);
    }

    [Fact]
    public void Comments_stand_in_one_column()
    {
        var lines = EffectiveConfiguration.Render(Configurations.Load(Configurations.Server(""))).Split(
            '\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Single(lines.Where(line => line.Length < 115).Select(line => line.IndexOf("  # ", StringComparison.Ordinal)).Distinct());
    }

    [Theory]
    [InlineData("server.json")]
    [InlineData("client.json")]
    [InlineData("server.conf")]
    public void What_is_shown_can_be_loaded_again_and_is_the_same(string document)
    {
        var first = EffectiveConfiguration.Render(
            FederationConfiguration.Load(Configurations.Document(document), environment: static _ => null));
        var again = Configurations.Load(first);

        Assert.Empty(again.Faults);
        Assert.Equal(Values(first), Values(EffectiveConfiguration.Render(again)));
    }

    [Fact]
    public void What_is_shown_can_be_read_by_Akka()
    {
        var shown = EffectiveConfiguration.Render(
            FederationConfiguration.Load(Configurations.Document("server.conf"), environment: static _ => null));

        var again = FederationConfiguration.From(ConfigurationFactory.ParseString(shown));

        Assert.Empty(again.Faults);
        Assert.Equal(Values(shown), Values(EffectiveConfiguration.Render(again)));
    }

    [Theory]
    [InlineData("nats://user:pa,ss@a:4222,nats://token@b:4222", "nats://***@a:4222,nats://***@b:4222")]
    [InlineData("nats://a:4222, nats://u:p@b", "nats://a:4222, nats://***@b")]
    public void Credentials_of_the_bus_are_masked_everywhere(string url, string shown)
    {
        var settings = new NatsSettings { Url = url };
        var loaded = Configurations.Load(Configurations.Server(""), "federation.nats.url=nats://user:secret@a:4222");

        Assert.Equal(shown, settings.DisplayUrl);
        Assert.DoesNotContain(url, settings.ToString(), StringComparison.Ordinal);
        Assert.Contains(shown, new FederationSettings { Nats = settings }.ToString(), StringComparison.Ordinal);
        Assert.Contains("federation.nats.url = \"nats://***@a:4222\"", EffectiveConfiguration.Render(loaded), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", EffectiveConfiguration.Render(loaded), StringComparison.Ordinal);
    }

    private static string[] Values(string rendered) => [.. rendered.Split('\n').Select(line => line.Split("  # ")[0].TrimEnd())];
}
