namespace Federation.Actors.Tests.Configuration;

public sealed class ChangedSettingsTests
{
    [Fact]
    public void Only_settings_that_differ_from_their_defaults_are_listed()
    {
        var loaded = FederationConfiguration.Parse(
            """
            federation {
              admin.port = 9464
              component_defaults.backpressure.queue_size = 2000
              components.edges {
                server { http_port = 8081, path = "/in" }
                egress.max_in_flight = 7
                ports.outputs = [ { name = ws_data, subject = a.b } ]
                ports.inputs = [ { name = in, subject = c } ]
              }
            }
            """,
            "node.conf", ["federation.node_id=n-1"]);

        Assert.Empty(loaded.Faults);
        Assert.Equal(
            [
                "federation.node_id", "federation.components.edges.mode", "federation.components.edges.server.path",
                "federation.components.edges.backpressure.queue_size", "federation.components.edges.egress.max_in_flight",
                "federation.components.edges.ports.outputs", "federation.components.edges.ports.inputs",
            ],
            EffectiveConfiguration.Values(loaded, onlyChanged: true).Select(static pair => pair.Key));
        Assert.Contains("federation.admin.port", EffectiveConfiguration.Values(loaded, onlyChanged: false).Select(static pair => pair.Key));
    }
}
