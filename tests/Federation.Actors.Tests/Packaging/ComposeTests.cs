using YamlDotNet.RepresentationModel;

namespace Federation.Actors.Tests.Packaging;

/// <summary>The compose file, the Dockerfile and what they mount.</summary>
public sealed class ComposeTests
{
    private static readonly YamlNode Compose = DeploymentFiles.Yaml("config/container/compose.yml");
    private static readonly YamlNode Node = Service("federation");
    private static readonly string Dockerfile = DeploymentFiles.Text("config/container/Dockerfile");

    /// <summary>With the environment that the container has.</summary>
    private static readonly FederationSettings Settings = FederationConfiguration.Parse(
        DeploymentFiles.Text("config/container/node.conf"),
        environment: static name => Node.Child("environment").Keys().Contains(name) ? Node.Child("environment").Scalar(name) : null)
        .EnsureValid();

    [Fact]
    public void Its_services_are_a_node_NATS_Prometheus_and_Grafana()
    {
        Assert.Equal(["federation", "nats", "prometheus", "grafana"], Compose.Child("services").Keys());
        Assert.All(["nats", "prometheus", "grafana"], static name => Assert.Matches("^[a-z/]+:v?[0-9.]+$", Service(name).Scalar("image")));
    }

    [Fact]
    public void Every_mounted_file_and_volume_exists()
    {
        var volumes = Compose.Child("volumes").Keys().ToList();
        var mounted = Compose.Child("services").Keys().SelectMany(static name => Service(name).List("volumes"))
            .Select(static mount => mount.Split(':')[0]).ToList();

        Assert.All(mounted, source => Assert.True(
            source[0] == '.' ? File.Exists(DeploymentFiles.Path("config/container/" + source)) : volumes.Contains(source), source));
    }

    [Fact]
    public void Every_published_port_is_on_loopback()
    {
        Assert.All(
            Compose.Child("services").Keys().SelectMany(static name => Service(name).List("ports")),
            static port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
        Assert.Equal(
            [$"127.0.0.1:{Settings.Components.Single().Server!.HttpPort}:8081", $"127.0.0.1:{Settings.Admin.Port}:9464"],
            Node.List("ports"));
    }

    [Fact]
    public void The_node_gets_what_its_configuration_expects()
    {
        Assert.Contains("./node.conf:/etc/federation/node.conf:ro", Node.List("volumes"));
        Assert.Contains(Settings.Admin.TokenEnv, Node.Child("environment").Keys());
        Assert.Equal("nats://nats:4222", Settings.Nats.Url);
        Assert.True(int.Parse(Node.Scalar("stop_grace_period").TrimEnd('s')) > Settings.ShutdownTimeout.TotalSeconds + 10);
    }

    [Fact]
    public void Prometheus_scrapes_the_node_and_Grafana_shows_it()
    {
        var scrape = DeploymentFiles.Yaml("config/container/prometheus.yml").Child("scrape_configs").Children()[0];
        var source = DeploymentFiles.Yaml("config/container/grafana-datasource.yml").Child("datasources").Children()[0];
        var provider = DeploymentFiles.Yaml("config/container/grafana-dashboards.yml").Child("providers").Children()[0];

        Assert.Equal(
            ("federation", $"federation:{Settings.Admin.Port}"),
            (scrape.Scalar("job_name"), scrape.Child("static_configs").Children()[0].List("targets").Single()));
        Assert.Equal("http://prometheus:9090", source.Scalar("url"));
        Assert.Contains(
            Service("grafana").List("volumes"),
            mount => mount.Contains(provider.Child("options").Scalar("path") + "/federation.json", StringComparison.Ordinal));
    }

    [Fact]
    public void The_Dockerfile_builds_this_checkout_for_the_user_app()
    {
        var build = Node.Child("build");

        Assert.Equal(("../..", "config/container/Dockerfile"), (build.Scalar("context"), build.Scalar("dockerfile")));
        Assert.True(File.Exists(DeploymentFiles.Path(build.Scalar("dockerfile") + ".dockerignore")));
        Assert.Contains("dotnet publish src/Federation.Actors.Host ", Dockerfile, StringComparison.Ordinal);
        Assert.Contains("\nUSER app\n", Dockerfile, StringComparison.Ordinal);
        Assert.Contains("CMD [\"run\", \"--config\", \"/etc/federation/node.conf\"]", Dockerfile, StringComparison.Ordinal);
    }

    private static YamlNode Service(string name) => Compose.Child("services").Child(name);
}
