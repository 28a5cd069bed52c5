namespace Federation.Actors.Tests.Configuration;

/// <summary>Documents of deployed components load as they are.</summary>
public class DocumentTests
{
    [Fact]
    public void A_JSON_document_of_a_server_becomes_a_component()
    {
        var component = FederationConfiguration.Load(Configurations.Document("server.json")).EnsureValid().Components.Single();

        Assert.Equal(("websocket_input", ComponentMode.Server), (component.Name, component.Mode));
        Assert.Equal((8081, "/ingest", 100, true), (
            component.Server.HttpPort, component.Server.Path, component.Server.MaxConnections, component.Server.EnableCompression));
        Assert.Equal((AuthType.Bearer, "WS_INGEST_TOKEN"), (component.Auth.Type, component.Auth.BearerTokenEnv));
        Assert.Equal((true, 1000, OverflowPolicy.DropOldest), (
            component.Backpressure.Enabled, component.Backpressure.QueueSize, component.Backpressure.OnFull));
        Assert.Equal("federated.data", component.Ports.Data?.Subject);
    }

    [Fact]
    public void A_JSON_document_of_a_client_becomes_a_component()
    {
        var component = FederationConfiguration.Load(Configurations.Document("client.json")).EnsureValid().Components.Single();

        Assert.Equal(("websocket_input", ComponentMode.Client), (component.Name, component.Mode));
        Assert.Equal("ws://edge-instance:8080/stream", component.Client.Url);
        Assert.Equal(new ReconnectSettings(), component.Client.Reconnect);
        Assert.Equal("federated.data", component.Ports.Data?.Subject);
    }

    [Fact]
    public void A_document_of_another_type_is_a_fault()
    {
        Assert.Equal(
            ["type: found \"output\", expected input"],
            Configurations.Faults($"{{ type: output, name: x, config: {{ server: {{}}, {Configurations.Ports} }} }}"));
    }

    [Fact]
    public void A_document_without_a_name_is_a_fault()
    {
        Assert.Equal(
            ["name: missing, expected the name of the component"],
            Configurations.Faults("{\"type\": \"input\", \"config\": {}}"));
    }
}
