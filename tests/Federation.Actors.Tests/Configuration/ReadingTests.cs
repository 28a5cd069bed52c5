using Akka.Configuration;
using Federation.Actors.Configuration;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Configuration;

public class ReadingTests
{
    [Fact]
    public void A_component_that_says_nothing_has_the_defaults_of_the_records()
    {
        var component = Configurations.Load(Configurations.Server("")).EnsureValid().Components.Single();

        Assert.Equal("edge-in", component.Name);
        Assert.Equal(ComponentMode.Server, component.Mode);
        var server = new ServerSettings();
        Assert.Equal(
            server,
            component.Server with { AllowedOrigins = server.AllowedOrigins,
                Subprotocols = server.Subprotocols, TrustedProxies = server.TrustedProxies });
        Assert.Equal(new ConnectionSettings(), component.Connection);
        Assert.Equal(new BackpressureSettings(), component.Backpressure);
        Assert.Equal(new BidirectionalSettings(), component.Bidirectional);
        Assert.Equal(new HealthSettings(), component.Health);
        Assert.Equal(new AuthSettings(), component.Auth with { Tokens = new AuthSettings().Tokens });
    }

    [Fact]
    public void Every_type_of_value_is_read()
    {
        var component = Configurations.Load(Configurations.Server(
            """
            server { http_port = 9000, path = "/in", enable_compression = off, allowed_origins = ["https://a.example", "*"] }
            connection { max_message_size = 64KiB, keepalive_interval = 500ms, keepalive_timeout = 1500 }
            backpressure { on_full = drop_newest, queue_bytes = 1048576 }
            client.reconnect.multiplier = 1.5
            """)).EnsureValid().Components.Single();

        Assert.Equal(9000, component.Server.HttpPort);
        Assert.Equal("/in", component.Server.Path);
        Assert.False(component.Server.EnableCompression);
        Assert.Equal(["https://a.example", "*"], component.Server.AllowedOrigins);
        Assert.Equal(65536, component.Connection.MaxMessageSize);
        Assert.Equal(TimeSpan.FromMilliseconds(500), component.Connection.KeepAliveInterval);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), component.Connection.KeepAliveTimeout);
        Assert.Equal(OverflowPolicy.DropNewest, component.Backpressure.OnFull);
        Assert.Equal(1 << 20, component.Backpressure.QueueBytes);
        Assert.Equal(1.5, component.Client.Reconnect.Multiplier);
    }

    [Fact]
    public void Profiles_are_blocks_with_names_and_add_to_those_of_the_defaults()
    {
        var loaded = Configurations.Load(Configurations.Node(
            $$"""
            a { mode = server, {{Configurations.Ports}}
              auth { profile = viewer, profiles { viewer { receive = ["out.>"] }, sensor { replay = false, publish.deny = ["b.>"] } } } }
            b { mode = server, {{Configurations.Ports}}, server.path = "/b" }
            """,
            """component_defaults.auth.profiles.sensor { publish { allow = ["a.>"] }, max_rate = 50, max_message_size = 1KiB }"""));

        var settings = loaded.EnsureValid();
        var (a, b) = (settings.Components.Single(one => one.Name is "a").Auth, settings.Components.Single(one => one.Name is "b").Auth);
        Assert.Equal(["sensor", "viewer"], a.ProfileNames);
        var viewer = a.ProfileOf(null)!;
        Assert.Equal(["out.>"], viewer.Receive);
        Assert.Equal(["*"], viewer.Methods);
        var sensor = a.ProfileOf("sensor")!;
        Assert.Equal((50, 1024, false), (sensor.MaxRate, sensor.MaxMessageSize, sensor.Replay));
        Assert.Equal(["a.>"], sensor.Publish.Allow);
        Assert.Equal(["b.>"], sensor.Publish.Deny);
        Assert.Null(b.ProfileOf(null));
        Assert.True(b.ProfileOf("sensor")!.Replay);
        Assert.Contains("components.a.auth.profiles.viewer.receive = [\"out.>\"]", EffectiveConfiguration.Render(loaded),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("1s", 1000)]
    [InlineData("\"1.5 seconds\"", 1500)]
    [InlineData("2m", 120_000)]
    [InlineData("750", 750)]
    public void Durations_are_read_as_HOCON_writes_them(string written, int milliseconds)
    {
        var settings = Configurations.Load(
            Configurations.Node($"a {{ mode = server, {Configurations.Ports} }}", $"shutdown_timeout = {written}"));

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), settings.EnsureValid().ShutdownTimeout);
    }

    [Fact]
    public void Kebab_case_is_as_good_as_snake_case_at_every_level()
    {
        var settings = Configurations.Load(
            "federation { shutdown-timeout = 3s, component-defaults.server.max-connections = 7\n"
            + $"components.edge-in {{ server.http-port = 9000, {Configurations.Ports} }} }}",
            "federation.components.edge-in.server.read-buffer-size=512").EnsureValid();

        Assert.Equal(TimeSpan.FromSeconds(3), settings.ShutdownTimeout);
        Assert.Equal(7, settings.Components.Single().Server.MaxConnections);
        Assert.Equal(9000, settings.Components.Single().Server.HttpPort);
        Assert.Equal(512, settings.Components.Single().Server.ReadBufferSize);
    }

    [Fact]
    public void The_only_block_of_server_and_client_says_the_mode()
    {
        var settings = Configurations.Load(Configurations.Node(
            $"a {{ server {{}}, {Configurations.Ports} }}\nb {{ client.url = \"ws://hub/x\", {Configurations.Ports} }}")).EnsureValid();

        Assert.Equal([ComponentMode.Server, ComponentMode.Client], settings.Components.Select(component => component.Mode));
    }

    [Fact]
    public void The_command_line_wins_over_the_file_and_the_file_over_the_component_defaults()
    {
        var server = Configurations.Load(
            Configurations.Node(
                $"edge-in {{ server {{ max_connections = 5, http_port = 1 }}, {Configurations.Ports} }}",
                "component_defaults.server { max_connections = 4, path = \"/x\" }"),
            "federation.components.edge-in.server.http_port=2").EnsureValid().Components.Single().Server;

        Assert.Equal((5, 2, "/x"), (server.MaxConnections, server.HttpPort, server.Path));
    }

    [Fact]
    public void An_override_takes_a_url_a_list_and_a_path_without_further_quotes()
    {
        var settings = Configurations.Load(
            Configurations.Server(""),
            "federation.nats.url=tls://a:4222,tls://b:4222",
            "federation.components.edge-in.server.allowed_origins=[\"https://a.example\"]",
            "federation.components.edge-in.server.path=/other").EnsureValid();

        Assert.Equal("tls://a:4222,tls://b:4222", settings.Nats.Url);
        Assert.Equal(["https://a.example"], settings.Components.Single().Server.AllowedOrigins);
        Assert.Equal("/other", settings.Components.Single().Server.Path);
    }

    [Fact]
    public void A_variable_of_the_environment_overrides_when_it_is_set_and_only_then()
    {
        var text = Configurations.Server("server { http_port = 9000, http_port = ${?PORT} }");

        Assert.Equal(9000, Configurations.Load(text).EnsureValid().Components[0].Server.HttpPort);
        Assert.Equal(9001, Configurations.LoadWith(text, "PORT", "9001").EnsureValid().Components[0].Server.HttpPort);
    }

    [Fact]
    public void The_environment_of_the_process_is_used_by_default()
    {
        var text = Configurations.Node($"a {{ server {{}}, {Configurations.Ports} }}", "nats.user = ${?PATH}");

        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), FederationConfiguration.Parse(text).EnsureValid().Nats.User);
    }

    [Fact]
    public void A_reference_takes_a_value_from_another_path()
    {
        var settings = Configurations.Load(
            "region = eu\n" + Configurations.Server("server.path = \"/in/\"${region}/data\nserver.max_connections = ${limits.peers}")
                + "\nlimits { peers = 3 }");

        Assert.Equal("/in/eu/data", settings.EnsureValid().Components[0].Server.Path);
        Assert.Equal(3, settings.Settings.Components[0].Server.MaxConnections);
    }

    [Fact]
    public void Later_assignments_win_and_blocks_merge()
    {
        var server = Configurations.Load(
            Configurations.Server(
                "server { http_port = 1, path = \"/a\" }\nserver.http_port = 2\nserver { allowed_origins = [] }\nserver.allowed_origins "
                + "+= \"*\""))
            .EnsureValid().Components[0].Server;

        Assert.Equal((2, "/a"), (server.HttpPort, server.Path));
        Assert.Equal(["*"], server.AllowedOrigins);
    }

    [Fact]
    public void Null_puts_the_default_back()
    {
        Assert.Equal(
            8081, Configurations.Load(Configurations.Server("server.http_port = null")).EnsureValid().Components[0].Server.HttpPort);
    }

    [Fact]
    public void The_node_is_called_after_the_host_unless_it_has_a_name()
    {
        Assert.Equal("web_1_example-host", NodeName.FromHost("web.1.example-host"));
        Assert.Equal(NodeName.OfThisHost, Configurations.Load(Configurations.Server("")).EnsureValid().NodeId);
        Assert.Equal("n1", Configurations.Load(Configurations.Server(""), "federation.node_id=n1").EnsureValid().NodeId);
    }

    [Fact]
    public void An_only_output_is_the_data_port_whatever_its_name()
    {
        var ports = Configurations.Load(Configurations.Node("a { server {}, ports.outputs = [{ name = x, subject = s }] }"))
            .EnsureValid().Components[0].Ports;

        Assert.Equal("s", ports.Data?.Subject);
        Assert.Null(ports.Control);
    }

    [Fact]
    public void A_subject_may_end_with_the_message_s_own_and_have_a_prefix()
    {
        const string Outputs = """ports.outputs = [{ name = x, subject = "{subject}", subject_prefix = "eu.", decode_raw = true }]""";
        var settings = Configurations.Load(Configurations.Node($"a {{ server {{}}, {Outputs} }}", "max_hops = 3")).EnsureValid();

        var port = settings.Components[0].Ports.Data!;
        Assert.Equal(("{subject}", "eu.", "eu.{subject}", true), (port.Subject, port.SubjectPrefix, port.FullSubject, port.DecodeRaw));
        Assert.Equal(3, settings.MaxHops);
    }

    [Fact]
    public void Data_and_control_are_found_by_name()
    {
        var ports = FederationConfiguration.Load(Configurations.Document("server.conf"), environment: static _ => null)
            .EnsureValid().Components[0].Ports;

        Assert.Equal("federated.data", ports.Data?.Subject);
        Assert.Equal("federated.control", ports.Control?.Subject);
    }

    [Fact]
    public void The_example_takes_the_bus_from_the_environment()
    {
        var path = Configurations.Document("server.conf");

        Assert.Equal("nats://bus:4222",
            FederationConfiguration.Load(path, environment: name => name is "NATS_URL" ? "nats://bus:4222" : null).EnsureValid().Nats.Url);
        Assert.Equal("nats://127.0.0.1:4222", FederationConfiguration.Load(path, environment: static _ => null).EnsureValid().Nats.Url);
    }

    [Fact]
    public void The_block_for_Akka_is_handed_on()
    {
        var akka = Configurations.Load(
            Configurations.Server("") + "\nakka { loglevel = INFO, actor.ask-timeout = 10s }", "akka.loglevel=DEBUG").Akka;

        Assert.Equal("DEBUG", akka.GetString("akka.loglevel", null));
        Assert.Equal(TimeSpan.FromSeconds(10), akka.GetTimeSpan("akka.actor.ask-timeout", null));
    }

    [Fact]
    public void An_embedder_may_hand_over_a_Config_with_fallbacks()
    {
        var config = ConfigurationFactory.ParseString("federation.components.a { server { http-port = 9000 } }")
            .WithFallback(ConfigurationFactory.ParseString(
                "federation { shutdown_timeout = 2s, components.a { server.path = \"/x\", ports.outputs = [{ name = ws_data, subject = "
                    + "a.b }] } }"));

        var settings = FederationConfiguration.From(config).EnsureValid();

        Assert.Equal(TimeSpan.FromSeconds(2), settings.ShutdownTimeout);
        Assert.Equal((9000, "/x"), (settings.Components[0].Server.HttpPort, settings.Components[0].Server.Path));
        Assert.Equal("a.b", settings.Components[0].Ports.Data?.Subject);
    }
}
