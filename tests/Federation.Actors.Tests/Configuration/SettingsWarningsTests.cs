using Federation.Actors.Configuration;

namespace Federation.Actors.Tests.Configuration;

public sealed class SettingsWarningsTests
{
    [Theory]
    [InlineData("{subject}", "", "",
        "missing, so peers may publish to any subject that matches \"{subject}\" and does not belong to an input of the node")]
    [InlineData("a.{payload.kind}", "", "commands.>",
        "missing, so peers may publish to any subject that matches \"a.{payload.kind}\" and does not belong to an input of the node")]
    [InlineData("{subject}", "sensors.>", "commands.>", null)]
    [InlineData("a.{peer}", "", "", null)]
    [InlineData("a.b", "", "", null)]
    public void Placeholders_that_messages_fill_in_without_a_bound_are_warned_of(
        string subject, string allowed, string input, string? warning)
    {
        var component = new ComponentSettings
        {
            Name = "hub",
            Server = new ServerSettings { Host = "127.0.0.1" },
            Ports = new PortsSettings
            {
                Outputs = [new OutputPortSettings { Name = PortsSettings.DataName,
                    Subject = subject, AllowedSubjects = allowed.Length > 0 ? [allowed] : [] }],
                Inputs = input.Length > 0 ? [new InputPortSettings { Name = "in", Subject = input }] : [],
            },
        };

        Assert.Equal(
            warning is null ? [] : [$"federation.components.hub.ports.outputs[0].allowed_subjects: {warning}"],
            SettingsWarnings.Of(new FederationSettings { Components = [component] }).Select(static found => found.ToString()));
    }

    [Theory]
    [InlineData("0.0.0.0", AuthType.None, false, true)]
    [InlineData("::", AuthType.None, false, true)]
    [InlineData("10.0.0.1", AuthType.None, false, true)]
    [InlineData("127.0.0.1", AuthType.None, false, false)]
    [InlineData("localhost", AuthType.None, false, false)]
    [InlineData("0.0.0.0", AuthType.Bearer, false, false)]
    [InlineData("0.0.0.0", AuthType.None, true, false)]
    public void A_port_that_other_machines_reach_without_credentials_is_warned_of(
        string host, AuthType auth, bool clientCertificate, bool isWarned)
    {
        var component = new ComponentSettings
        {
            Name = "hub",
            Server = new ServerSettings
                { Host = host, HttpPort = 8081, Tls = new TlsServerSettings { RequireClientCert = clientCertificate } },
            Auth = new AuthSettings { Type = auth },
        };

        string[] expected =
        [
            $"federation.components.hub.server.host: {host} with auth.type = none, so any machine that can reach port 8081 may connect as a "
            + "peer; set auth.type, server.tls.require_client_cert, or a loopback address such as 127.0.0.1",
        ];
        Assert.Equal(isWarned ? expected : [], Warnings(component));
        Assert.Empty(Warnings(component with { Mode = ComponentMode.Client }));
        Assert.Empty(Warnings(component with { Server = component.Server with { Listen = false } }));
    }

    [Theory]
    [InlineData(AuthType.None, 0, "", false, true)]
    [InlineData(AuthType.Basic, 0, "", false, true)]
    [InlineData(AuthType.Bearer, 0, "TOKEN", false, true)]
    [InlineData(AuthType.Bearer, 1, "TOKEN", false, true)]
    [InlineData(AuthType.Bearer, 1, "", false, false)]
    [InlineData(AuthType.None, 0, "", true, false)]
    public void Subjects_per_peer_where_peers_need_not_prove_their_name_are_warned_of(
        AuthType auth, int tokens, string shared, bool clientCertificate, bool isWarned)
    {
        var component = new ComponentSettings
        {
            Name = "hub",
            Server = new ServerSettings { Host = "127.0.0.1", Tls = new TlsServerSettings { RequireClientCert = clientCertificate } },
            Auth = new AuthSettings { Type = auth, BearerTokenEnv = shared, Tokens = [.. Enumerable.Repeat(new TokenSettings(), tokens)] },
            Ports = new PortsSettings
            {
                Inputs = [new InputPortSettings { Name = "all", Subject = "news.>" },
                    new InputPortSettings { Name = "own", Subject = "commands.{peer}.>" }],
            },
        };

        string[] expected =
        [
            "federation.components.hub.ports.inputs[1].subject: {peer} although peers may connect without a proof of their name: one that "
            + "claims another peer's name gets the messages of that peer, and one without a name gets none; use auth.tokens and "
            + "auth.peers_file alone, or server.tls.require_client_cert",
        ];
        Assert.Equal(isWarned ? expected : [], Warnings(component));
        Assert.Empty(Warnings(component with { Mode = ComponentMode.Client }));
        Assert.Empty(Warnings(component with { Ports = new PortsSettings { Inputs = [component.Ports.Inputs[0]] } }));
        Assert.Empty(Warnings(component with { Auth = new AuthSettings { Type = AuthType.Bearer, PeersFile = "peers.conf" } }));
    }

    [Theory]
    [InlineData("edges.{peer}.{subject}", "peers.conf", false)]
    [InlineData("edges.{peer}.{subject}", "", true)]
    [InlineData("{payload.kind}.{peer}", "peers.conf", true)]
    public void A_proven_name_before_what_a_peer_chooses_confines_it_to_subjects_of_its_own(string subject, string file, bool isWarned)
    {
        var component = new ComponentSettings
        {
            Name = "hub",
            Server = new ServerSettings { Host = "127.0.0.1" },
            Auth = new AuthSettings { Type = AuthType.Bearer, PeersFile = file, BearerTokenEnv = file.Length > 0 ? "" : "TOKEN" },
            Ports = new PortsSettings { Outputs = [new OutputPortSettings { Name = PortsSettings.DataName, Subject = subject }] },
        };

        Assert.Equal(isWarned, Warnings(component).Any(static warning => warning.Contains("allowed_subjects", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Warnings(ComponentSettings component) =>
        SettingsWarnings.Of(new FederationSettings { Components = [component] }).Select(static found => found.ToString());
}
