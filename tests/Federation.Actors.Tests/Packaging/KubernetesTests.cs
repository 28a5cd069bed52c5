using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace Federation.Actors.Tests.Packaging;

/// <summary>The manifests: read by Kubernetes' own client, which refuses unknown fields, and consistent with each other.</summary>
public sealed class KubernetesTests
{
    private static readonly V1StatefulSet Nodes = Only<V1StatefulSet>("statefulset.yaml");
    private static readonly List<object> Services = Load("services.yaml");
    private static readonly V1PodTemplateSpec Pod = Nodes.Spec.Template;
    private static readonly V1Container Container = Pod.Spec.Containers.Single();
    private static readonly string Page = DeploymentFiles.Text("config/OPERATIONS.md");
    private static readonly FederationSettings Settings = SettingsOf("federation-0");

    [Fact]
    public void Each_manifest_is_listed_and_read_without_an_unknown_field()
    {
        var listed = DeploymentFiles.Yaml("config/kubernetes/kustomization.yaml").List("resources");

        Assert.All(listed, static file => Assert.NotEmpty(Load(file)));
        Assert.Equal(
            listed.Append("kustomization.yaml").Append("servicemonitor.yaml").Order(StringComparer.Ordinal),
            Directory.GetFiles(DeploymentFiles.Path("config/kubernetes"), "*.yaml").Select(static file => Path.GetFileName(file))
                .Order(StringComparer.Ordinal));
        Assert.ThrowsAny<Exception>(static () => KubernetesYaml.LoadAllFromString(
            "apiVersion: v1\nkind: Service\nspec:\n  selectors: {}\n", typeMap: null, strict: true));
    }

    [Fact]
    public void Every_selector_finds_the_pods()
    {
        Assert.Equal(Pod.Metadata.Labels, Nodes.Spec.Selector.MatchLabels);
        Assert.Equal(Pod.Metadata.Labels, Only<V1PodDisruptionBudget>("disruption.yaml").Spec.Selector.MatchLabels);
        Assert.Equal(Pod.Metadata.Labels, Services.OfType<V1NetworkPolicy>().Single().Spec.PodSelector.MatchLabels);
        Assert.All(Services.OfType<V1Service>(), static service => Assert.Equal(Pod.Metadata.Labels, service.Spec.Selector));
        Assert.All(
            Pod.Spec.TopologySpreadConstraints, static spread => Assert.Equal(Pod.Metadata.Labels, spread.LabelSelector.MatchLabels));
    }

    [Fact]
    public void The_ports_are_those_of_the_configuration()
    {
        Assert.Equal(
            new Dictionary<string, int>(StringComparer.Ordinal)
            {
                ["peers"] = Settings.Components.Single().Server!.HttpPort,
                ["admin"] = Settings.Admin.Port,
                ["cluster"] = Settings.Cluster.Port,
            },
            Container.Ports.ToDictionary(static port => port.Name, static port => port.ContainerPort, StringComparer.Ordinal));
        Assert.All(
            Services.OfType<V1Service>().SelectMany(static service => service.Spec.Ports),
            static port => Assert.Contains(
                Container.Ports,
                open => open.Name.Equals(port.TargetPort.Value, StringComparison.Ordinal) && open.ContainerPort == port.Port));
        Assert.Equal("0.0.0.0", Settings.Admin.Host);
    }

    [Fact]
    public void Probes_ask_the_admin_endpoint_and_liveness_does_not_depend_on_NATS()
    {
        Assert.Equal(
            ["/live admin", "/live admin", "/ready admin"],
            new[] { Container.StartupProbe, Container.LivenessProbe, Container.ReadinessProbe }
                .Select(static probe => $"{probe.HttpGet.Path} {probe.HttpGet.Port.Value}"));
    }

    [Fact]
    public void A_drain_is_not_interrupted()
    {
        Assert.True(Pod.Spec.TerminationGracePeriodSeconds > Settings.ShutdownTimeout.TotalSeconds + 10);
        Assert.Equal("1", Only<V1PodDisruptionBudget>("disruption.yaml").Spec.MaxUnavailable.Value);
    }

    [Fact]
    public void The_nodes_find_each_other_by_the_names_of_their_pods()
    {
        var names = Services.OfType<V1Service>().Single(
            static service => service.Metadata.Name.Equals(Nodes.Spec.ServiceName, StringComparison.Ordinal));

        Assert.Equal(("None", true), (names.Spec.ClusterIP, names.Spec.PublishNotReadyAddresses));
        Assert.Equal(
            PodNames.Select(static pod => $"{pod}.{Nodes.Spec.ServiceName}:{Settings.Cluster.Port}"),
            Settings.Cluster.SeedNodes);
        Assert.Equal(
            Settings.Cluster.SeedNodes,
            PodNames.Select(static pod => $"{SettingsOf(pod).Cluster.Host}:{Settings.Cluster.Port}"));
        Assert.Equal(PodNames, PodNames.Select(static pod => SettingsOf(pod).NodeId));
        Assert.Equal("Parallel", Nodes.Spec.PodManagementPolicy);
    }

    [Fact]
    public void Configuration_and_secrets_are_mounted_where_the_configuration_expects_them()
    {
        var mounted = Container.VolumeMounts.Select(static mount => mount.MountPath).ToList();
        var generated = DeploymentFiles.Yaml("config/kubernetes/kustomization.yaml").Child("configMapGenerator").Children()[0];

        Assert.Contains("/etc/federation/node.conf", mounted);
        Assert.Equal(
            (Pod.Spec.Volumes.Single(static volume => volume.ConfigMap is not null).ConfigMap.Name, "node.conf"),
            (generated.Scalar("name"), Assert.Single(generated.List("files"))));
        Assert.All(Container.VolumeMounts, static mount => Assert.Contains(
            Pod.Spec.Volumes, volume => volume.Name.Equals(mount.Name, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_page_creates_each_secret_with_the_files_that_the_nodes_read()
    {
        Assert.All(
            [
                Settings.Admin.TokenFile, Settings.Components.Single().Auth.BearerTokenFile,
                Settings.Cluster.Tls.CertFile, Settings.Cluster.Tls.KeyFile, Settings.Cluster.Tls.CaFile,
            ],
            static file =>
            {
                var mount = Container.VolumeMounts.Single(mount => mount.MountPath.Equals(Path.GetDirectoryName(file), StringComparison.Ordinal));
                var secret = Pod.Spec.Volumes.Single(volume => volume.Name.Equals(mount.Name, StringComparison.Ordinal)).Secret.SecretName;

                Assert.Contains(Page.Split('\n'), line =>
                    line.StartsWith($"kubectl create secret generic {secret} ", StringComparison.Ordinal)
                    && Regex.IsMatch(line, $@" --from-(literal|file)={Path.GetFileName(file)}\b", RegexOptions.None, TimeSpan.FromSeconds(1)));
            });
    }

    [Fact]
    public void The_pages_certificate_is_for_the_names_of_all_pods()
    {
        Assert.Contains(
            "\"subjectAltName=" + string.Join(',', PodNames.Select(static pod => $"DNS:{SettingsOf(pod).Cluster.Host}")) + "\"",
            Page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_container_has_no_rights()
    {
        Assert.True(Pod.Spec.SecurityContext.RunAsNonRoot);
        Assert.True(Container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(Container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], Container.SecurityContext.Capabilities.Drop);
        Assert.False(Pod.Spec.AutomountServiceAccountToken);
    }

    [Fact]
    public void The_ServiceMonitor_scrapes_the_service_under_the_job_that_the_alerts_name()
    {
        var monitor = DeploymentFiles.Yaml("config/kubernetes/servicemonitor.yaml");
        var spec = monitor.Child("spec");
        var service = Services.OfType<V1Service>().Single(static service => service.Metadata.Labels is not null);
        var selected = spec.Child("selector").Child("matchLabels");
        var endpoint = spec.Child("endpoints").Children()[0];

        Assert.Equal(("monitoring.coreos.com/v1", "ServiceMonitor"), (monitor.Scalar("apiVersion"), monitor.Scalar("kind")));
        Assert.All(service.Metadata.Labels, label => Assert.Equal(label.Value, selected.Scalar(label.Key)));
        Assert.Contains(service.Spec.Ports, port => port.Name.Equals(endpoint.Scalar("port"), StringComparison.Ordinal));
        Assert.Equal("federation", service.Metadata.Labels[spec.Scalar("jobLabel")]);
        Assert.Equal("/metrics", endpoint.Scalar("path"));
        Assert.Contains("up{job=\"federation\"}", DeploymentFiles.Text("config/prometheus/alerts.yml"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> PodNames =>
        Enumerable.Range(0, Nodes.Spec.Replicas!.Value).Select(static n => $"{Nodes.Metadata.Name}-{n}");

    /// <summary>The settings of a node with the environment that its pod has.</summary>
    private static FederationSettings SettingsOf(string pod) => FederationConfiguration.Parse(
        DeploymentFiles.Text("config/kubernetes/node.conf"),
        environment: name => Container.Env.SingleOrDefault(variable => variable.Name.Equals(name, StringComparison.Ordinal)) switch
        {
            { ValueFrom.FieldRef.FieldPath: "metadata.name" } => pod,
            { Value: { } value } => value.Replace("$(POD_NAME)", pod, StringComparison.Ordinal),
            _ => null,
        }).EnsureValid();

    private static List<object> Load(string file) =>
        KubernetesYaml.LoadAllFromString(DeploymentFiles.Text("config/kubernetes/" + file), typeMap: null, strict: true);

    private static T Only<T>(string file) => Load(file).OfType<T>().Single();
}
