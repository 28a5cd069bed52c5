namespace Federation.Actors.Tests.Configuration;

public class FaultTests
{
    private const string Edge = "federation.components.edge-in.";

    [Fact]
    public void An_unknown_key_names_the_nearest_known_one()
    {
        Assert.Equal(
            [Edge + "server.http_prt: found an unknown key, expected http_port"],
            Configurations.Faults(Configurations.Server("server.http_prt = 1")));
    }

    [Fact]
    public void An_unknown_key_like_no_other_names_all_there_are()
    {
        Assert.Equal(
            ["federation.metrics.zzzzzzzzz: found an unknown key, expected one of prefix"],
            Configurations.Faults(Configurations.Server(""), "federation.metrics.zzzzzzzzz=1"));
    }

    [Theory]
    [InlineData("server.http_port = abc", "server.http_port: found \"abc\", expected an integer from 0 to 65535")]
    [InlineData("server.http_port = 65536", "server.http_port: found \"65536\", expected an integer from 0 to 65535")]
    [InlineData("server.http_port = 1.5", "server.http_port: found \"1.5\", expected an integer from 0 to 65535")]
    [InlineData("server.http_port = [1]", "server.http_port: found a list, expected an integer from 0 to 65535")]
    [InlineData("server = 8081", "server: found \"8081\", expected a block")]
    [InlineData("server.path = ingest", "server.path: found \"ingest\", expected a path that starts with / and has no query")]
    [InlineData("server.enable_compression = maybe", "server.enable_compression: found \"maybe\", expected true or false")]
    [InlineData("server.allowed_origins = a",
        "server.allowed_origins: found \"a\", expected a list of origins such as https://example.com, file:// or null, or *")]
    [InlineData(
        "server.allowed_origins = [\"https://a.example\", \"null\", \"file://\", \"app.example\", \"b/\"]",
        "server.allowed_origins[3]: found \"app.example\", expected an entry of a list of origins such as https://example.com, file:// "
            + "or null, or *")]
    [InlineData("server.proxy_protocol = true", "server.trusted_proxies: missing, expected the proxies that proxy_protocol is for")]
    [InlineData(
        "server.client_name_header = X-Client", "server.trusted_proxies: missing, expected the proxies that client_name_header is for")]
    [InlineData(
        "server.trusted_proxies = [\"10.0.0.1\", \"fd00::/8\", \"proxy\"]",
        "server.trusted_proxies[2]: found \"proxy\", expected an entry of a list of addresses and networks such as 10.0.0.0/8")]
    [InlineData(
        "server.subprotocols = [\"bearer.x\"]",
        "server.subprotocols[0]: found \"bearer.x\", expected an entry of a list of subprotocol names")]
    [InlineData("auth.bearer_in_query = true", "auth: found bearer_in_query, expected type = bearer as well")]
    [InlineData(
        "auth { type = bearer, tokens = [{ name = client-1, token_env = T }] }",
        "auth.tokens[0].name: found \"client-1\", expected another name: client- and a number is reserved for peers without a name")]
    [InlineData("mode = sever", "mode: found \"sever\", expected server or client")]
    [InlineData("connection.max_message_size = 1XB", "connection.max_message_size: found \"1XB\", expected a size from 1KiB to 64MiB")]
    [InlineData(
        "bidirectional.request_timeout = soon", "bidirectional.request_timeout: found \"soon\", expected a duration from 1ms to 1h")]
    [InlineData("backpressure.queue_size = 0", "backpressure.queue_size: found \"0\", expected an integer from 1 to 10000000")]
    [InlineData("backpressure.on_full = drop", "backpressure.on_full: found \"drop\", expected drop_oldest or drop_newest or block")]
    [InlineData("client.reconnect.jitter = 2", "client.reconnect.jitter: found \"2\", expected a number from 0 to 1")]
    [InlineData("ports.inputs = {}", "ports.inputs: found a block, expected a list of blocks")]
    [InlineData("server { http_port = 1, http-port = 2 }", "server.http_port: found both http_port and http-port, expected one of them")]
    [InlineData("auth.profile = sensor",
        "auth.profile: found \"sensor\", expected the name of a profile in auth.profiles, which is empty")]
    [InlineData("auth { profile = senser, profiles.sensor {} }", "auth.profile: found \"senser\", expected sensor")]
    [InlineData("auth.profiles = [sensor]", "auth.profiles: found a list, expected a block for each profile")]
    [InlineData("auth.profiles.sensor = all", "auth.profiles.sensor: found \"all\", expected a block")]
    [InlineData("auth.profiles.\"a b\" {}",
        "auth.profiles.\"a b\": found the name \"a b\", expected a name of 1 to 64 of A-Za-z0-9_-")]
    [InlineData("auth.profiles.sensor { publsh {} }", "auth.profiles.sensor.publsh: found an unknown key, expected publish")]
    [InlineData("auth.profiles.sensor.publish.allow = [\"a..b\"]", "auth.profiles.sensor.publish.allow[0]: found \"a..b\", "
        + "expected an entry of a list of NATS subjects, perhaps with wildcards, or with {peer} as a token")]
    [InlineData("auth.profiles.sensor.methods = [\"a b\"]",
        "auth.profiles.sensor.methods[0]: found \"a b\", expected an entry of a list of methods, where * stands for all")]
    [InlineData("auth.profiles.sensor.max_message_size = 2MiB",
        "auth.profiles.sensor.max_message_size: found 2MiB, expected at most the connection.max_message_size of 1MiB")]
    [InlineData("auth.profiles.sensor.max_connections = 2",
        "auth.profiles.sensor.max_connections: found 2, expected at most the server.max_connections_per_peer of 1")]
    [InlineData("auth.type = bearer",
        "auth.bearer_token_env: missing, expected the name of the environment variable that holds the token, or bearer_token_file, "
        + "peers_file or tokens in its place")]
    [InlineData("auth { type = bearer, bearer_token_env = T, bearer_token_file = f }",
        "auth: found bearer_token_env and bearer_token_file, expected one of them")]
    [InlineData("auth { type = basic, basic_username_file = f }",
        "auth.basic_password_env: missing, expected the name of the environment variable that holds the password, or "
        + "basic_password_file in its place")]
    [InlineData("auth { type = basic, basic_username_env = U, basic_password_env = P, basic_password_file = f }",
        "auth: found basic_password_env and basic_password_file, expected one of them")]
    [InlineData("server.tls { cert_file = c, cert_password_env = P, cert_password_file = f }",
        "server.tls: found cert_password_env and cert_password_file, expected one of them")]
    [InlineData("auth { type = bearer, tokens = [{ name = a }] }",
        "auth.tokens[0].token_env: missing, expected the name of the environment variable that holds the token, or token_file in its "
        + "place")]
    [InlineData("auth { type = bearer, tokens = [{ token_file = f }] }",
        "auth.tokens[0].name: missing, expected the name of the peer with this token")]
    [InlineData("auth { type = bearer, tokens = [{ name = a, token_env = T, token_file = f }] }",
        "auth.tokens[0]: found token_env and token_file, expected one of them")]
    [InlineData("auth { type = bearer, tokens = [{ name = \"a.b\", token_env = T }] }",
        "auth.tokens[0].name: found \"a.b\", expected a name of 1 to 64 of A-Za-z0-9_-")]
    [InlineData("server.tls.key_file = k", "server.tls.cert_file: missing, expected the file of the server's certificate")]
    [InlineData("server.tls { cert_file = c, require_client_cert = true }",
        "server.tls.client_ca_file: missing, expected the file of the authorities to trust for client certificates")]
    [InlineData("server.tls { cert_file = c, min_version = 1.1 }", "server.tls.min_version: found \"1.1\", expected 1.2 or 1.3")]
    [InlineData("connection.keepalive_timeout = 25s",
        "connection.keepalive_timeout: found 25s after a keepalive_interval of 10s, expected at most 30s together")]
    public void A_value_that_will_not_do_is_named_with_what_would(string line, string fault)
    {
        Assert.Equal([Edge + fault], Configurations.Faults(Configurations.Server(line)));
    }

    [Fact]
    public void A_control_port_is_a_subject_of_plain_NATS() => Assert.Empty(Configurations.Faults(Configurations.Node(
        "a { server {}, ports.outputs = [{ name = ws_data, subject = \"d.{peer}\", type = jetstream }, { name = ws_control, subject = "
            + "b, type = nats }] }")));

    [Fact]
    public void Backpressure_by_request_needs_requests()
    {
        Assert.Equal(
            [Edge + "backpressure.request_upstream: found true, expected false while bidirectional.enabled is false: it needs requests"],
            Configurations.Faults(Configurations.Server("backpressure.request_upstream = true\nbidirectional.enabled = false")));
        Assert.Empty(Configurations.Faults(Configurations.Server("backpressure.request_upstream = true")));
        Assert.Empty(Configurations.Faults(Configurations.Server("bidirectional.enabled = false")));
    }

    [Theory]
    [InlineData("", "client.url: missing, expected a url that starts with ws:// or wss://")]
    [InlineData("client.url = \"http://hub/x\"",
        "client.url: found \"http://hub/x\", expected a url that starts with ws:// or wss:// and contains no credentials")]
    [InlineData("client.url = \"ws://u:secret@hub/x\"",
        "client.url: found \"ws://***@hub/x\", expected a url that starts with ws:// or wss:// and contains no credentials")]
    [InlineData("client { url = \"ws://hub\", reconnect { initial_interval = 5s, max_interval = 2s } }",
        "client.reconnect.max_interval: found 2s, expected at least the initial_interval of 5s")]
    [InlineData("client { url = \"ws://hub\", tls.ca_file = ca }",
        "client.url: found \"ws://hub\", expected a url that starts with wss://, because tls is configured")]
    [InlineData("client { url = \"wss://hub\", tls.cert_file = c }",
        "client.tls.key_file: missing, expected the file of the private key of cert_file")]
    [InlineData("client { url = \"wss://hub\", tls.key_file = k }",
        "client.tls.cert_file: missing, expected the file of the certificate of key_file")]
    [InlineData("client.url = \"wss://hub\"\nauth { type = bearer, tokens = [{ name = a, token_env = T }] }",
        "auth.bearer_token_env: missing, expected the name of the environment variable that holds the token, or bearer_token_file in "
        + "its place")]
    [InlineData("client.url = \"wss://hub\"\nauth.profiles.sensor {}",
        "auth.profiles: found profiles of peers that connect, expected mode = server as well")]
    public void A_client_needs_somewhere_to_dial(string line, string fault)
    {
        Assert.Equal([Edge + fault], Configurations.Faults(Configurations.Client(line)));
    }

    [Theory]
    [InlineData("[{ name = ws_data, subject = s, type = kafka }]", "outputs[0].type: found \"kafka\", expected nats or jetstream or local")]
    [InlineData("[{ name = ws_data, subject = \"a..b\" }]",
        "outputs[0].subject: found \"a..b\", expected a NATS subject without wildcards, perhaps with {peer}, {component}, {type} or "
        + "{payload.path}, or {subject} as its last token")]
    [InlineData("[{ name = ws_data, subject = \"a.>\" }]",
        "outputs[0].subject: found \"a.>\", expected a NATS subject without wildcards, perhaps with {peer}, {component}, {type} or "
        + "{payload.path}, or {subject} as its last token")]
    [InlineData("[{ name = ws_data, subject = \"{subject}.x\" }]",
        "outputs[0].subject: found \"{subject}.x\", expected a NATS subject without wildcards, perhaps with {peer}, {component}, {type} "
        + "or {payload.path}, or {subject} as its last token")]
    [InlineData("[{ name = ws_data, subject = \"a.x{subject}\" }]",
        "outputs[0].subject: found \"a.x{subject}\", expected a NATS subject without wildcards, perhaps with {peer}, {component}, "
        + "{type} or {payload.path}, or {subject} as its last token")]
    [InlineData("[{ name = ws_data, subject = a, subject_prefix = \"b..\" }]",
        "outputs[0].subject_prefix: found \"b..\", expected the beginning of a NATS subject, such as eu., or nothing")]
    [InlineData("[{ name = ws_data, subject = a, subject_prefix = \"{peer}.\" }]",
        "outputs[0].subject_prefix: found \"{peer}.\", expected the beginning of a NATS subject, such as eu., or nothing")]
    [InlineData("[{ name = ws_data, subject = \"{subject}\", subject_prefix = eu }]",
        "outputs[0].subject_prefix: found \"eu\", expected a prefix that ends with a dot, because {subject} can only be whole tokens")]
    [InlineData("[{ name = ws_data, subject = a }, { name = ws_control, subject = c, subject_prefix = eu. }]",
        "outputs[1].subject_prefix: found \"eu.\", expected nothing: ws_control has one fixed subject")]
    [InlineData("[{ name = ws_data }]", "outputs[0].subject: missing, expected a NATS subject")]
    [InlineData("[]", "outputs: missing, expected an output named ws_data, or an input")]
    [InlineData("5", "outputs: found \"5\", expected a list of blocks")]
    [InlineData("[{ name = ws_data, subject = a }, { name = other, subject = b }]",
        "outputs[1].name: found \"other\", expected ws_data or ws_control, each once")]
    [InlineData("[{ name = ws_data, subject = a }, { name = ws_data, subject = b }]",
        "outputs[1].name: found \"ws_data\", expected ws_data or ws_control, each once")]
    [InlineData("[{ name = ws_data, subject = a }, { name = ws_control, subject = b, type = jetstream }]",
        "outputs[1].type: found jetstream, expected nats: requests and replies of ws_control are not stored")]
    [InlineData("[{ name = ws_control, subject = b, type = local }, { name = ws_data, subject = a }]",
        "outputs[0].type: found local, expected nats: requests and replies of ws_control are not stored")]
    [InlineData("[{ name = ws_data, subject = a }, { name = ws_control, subject = \"b.{peer}\" }]",
        "outputs[1].subject: found \"b.{peer}\", expected a NATS subject without placeholders, because services subscribe below it")]
    public void Ports_say_what_they_lack(string outputs, string fault)
    {
        Assert.Equal(["federation.components.a.ports." + fault], Configurations.Faults(
            Configurations.Node($"a {{ server {{}}, ports.outputs = {outputs} }}")));
    }

    [Fact]
    public void A_mode_that_cannot_be_told_is_missing()
    {
        Assert.Equal(
            ["federation.components.a.mode: missing, expected server or client, or exactly one of the blocks server and client"],
            Configurations.Faults(Configurations.Node($"a {{ {Configurations.Ports} }}")));
    }

    [Fact]
    public void A_bad_component_name_is_a_fault()
    {
        Assert.Equal(
            ["federation.components.\"a b\": found the name \"a b\", expected a name of 1 to 64 of A-Za-z0-9_-"],
            Configurations.Faults(Configurations.Node($"\"a b\" {{ server {{}}, {Configurations.Ports} }}")));
    }

    [Fact]
    public void Only_one_kind_of_credentials_for_the_bus()
    {
        Assert.Equal(
            ["federation.nats: found user and nkey_file, expected at most one kind of credentials"],
            Configurations.Faults(Configurations.Server(""), "federation.nats.user=u", "federation.nats.nkey_file=f"));
        Assert.Equal(
            ["federation.nats: found token_file and user, expected at most one kind of credentials"],
            Configurations.Faults(Configurations.Server(""), "federation.nats.user=u", "federation.nats.token_file=f"));
        Assert.Equal(
            ["federation.nats: found token_env and token_file, expected one of them"],
            Configurations.Faults(Configurations.Server(""), "federation.nats.token_env=T", "federation.nats.token_file=f"));
        Assert.Equal(
            ["federation.nats.user: missing, expected the user whose password is in password_file"],
            Configurations.Faults(Configurations.Server(""), "federation.nats.password_file=f"));
    }

    [Fact]
    public void A_token_where_its_variable_belongs_is_not_shown()
    {
        var fault = Assert.Single(Configurations.Faults(Configurations.Server("auth { type = bearer, bearer_token_env = sk-123 }")));

        Assert.StartsWith(Edge + "auth.bearer_token_env: ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-123", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_fault()
    {
        Assert.Equal(
            ["nowhere.conf: file not found, expected a configuration file"],
            Configurations.Faults(FederationConfiguration.Load("nowhere.conf")));
    }

    [Theory]
    [InlineData("", "federation: missing, expected a block")]
    [InlineData("federation = 5", "federation: found \"5\", expected a block")]
    [InlineData("federaton {}", "federaton: found an unknown key, expected federation")]
    [InlineData("federation {}", "federation.components: missing, expected at least one component")]
    [InlineData("federation.components = 5", "federation.components: found \"5\", expected a block for each component")]
    [InlineData("federation.components.a = 5", "federation.components.a: found \"5\", expected a block")]
    public void A_configuration_without_components_is_a_fault(string text, string fault)
    {
        Assert.Equal([fault], Configurations.Faults(text));
    }

    [Theory]
    [InlineData("http_port", "--set: found \"http_port\", expected path=value")]
    [InlineData("server.http_port=1", "server.http_port: found an unknown key, expected a path that starts with federation or akka")]
    [InlineData("federation.=1", "--set:1:12: found the end of the text, expected a key")]
    public void An_override_that_leads_nowhere_is_a_fault(string text, string fault)
    {
        Assert.Equal([fault], Configurations.Faults(Configurations.Server(""), text));
    }

    [Fact]
    public void All_faults_come_at_once_and_in_one_message()
    {
        var loaded = Configurations.Load(
            Configurations.Server("server { http_port = abc, pth = x }\nbackpressure.queue_size = -1"), "federation.admin.port=-1");

        var exception = Assert.Throws<SettingsException>(() => loaded.EnsureValid());

        Assert.Equal(4, exception.Faults.Count);
        Assert.Equal(string.Join('\n', Configurations.Faults(loaded)), exception.Message);
    }

    [Fact]
    public void Settings_written_in_code_are_checked_the_same_way()
    {
        var settings = new FederationSettings
        {
            Nats = new NatsSettings { Url = "http://x" },
            Components = [
                new ComponentSettings { Name = "a", Server = new ServerSettings { HttpPort = -1 } }, new ComponentSettings { Name = "a" }],
        };

        Assert.Equal(
            [
                "federation.nats.url: found \"http://x\", expected urls that start with nats://, tls://, ws:// or wss://, separated by "
                    + "commas",
                "federation.components.a.server.http_port: found -1, expected an integer from 0 to 65535",
            ],
            Texts(FederationConfiguration.Validate(settings).Take(2)));
    }

    private static string[] Texts(IEnumerable<SettingsFault> faults) => [.. faults.Select(fault => fault.ToString())];
}
