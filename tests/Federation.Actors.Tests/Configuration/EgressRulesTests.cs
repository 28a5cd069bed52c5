namespace Federation.Actors.Tests.Configuration;

public sealed class EgressRulesTests
{
    private const string Edge = "federation.components.edge-out.";
    private const string Subject = "a NATS subject, wildcards allowed, perhaps with {peer} as one of its tokens";

    [Theory]
    [InlineData("{ subject = a }", "ports.inputs[0].name: missing, expected a name of 1 to 64 of A-Za-z0-9_-")]
    [InlineData("{ name = a }", "ports.inputs[0].subject: missing, expected a NATS subject")]
    [InlineData("{ name = a, subject = a }, { name = a, subject = b }",
        "ports.inputs[1].name: found \"a\", expected a unique name")]
    [InlineData(
        "{ name = a, subject = a, type = jetstream, queue_group = g }",
        "ports.inputs[0].queue_group: found \"g\", expected nothing: the peer's consumer divides a stream among nodes")]
    [InlineData(
        "{ name = a, subject = \"a.>\", type = jetstream }, { name = b, subject = a.b, type = jetstream, stream = s }",
        "ports.inputs[1].subject: found \"a.b\", expected a subject that does not overlap \"a.>\" of a: messages on both would be "
            + "sent twice")]
    [InlineData(
        "{ name = a, subject = \"a.*\" }, { name = b, subject = \"*.b\", queue_group = g }",
        "ports.inputs[1].subject: found \"*.b\", expected a subject that does not overlap \"a.*\" of a: messages on both would be "
            + "sent twice")]
    [InlineData(
        "{ name = a, subject = \"a.{peer}\", queue_group = g }",
        "ports.inputs[0].queue_group: found \"g\", expected nothing with {peer} in the subject: the group may give a message to a node "
            + "without that peer")]
    [InlineData(
        "{ name = a, subject = \"a.{peer}\", type = local }",
        "ports.inputs[0].subject: found \"a.{peer}\", expected nothing: each message of a local input names its peer itself")]
    [InlineData(
        "{ name = a, subject = \"a.{peer}\" }, { name = b, subject = a.b }",
        "ports.inputs[1].subject: found \"a.b\", expected a subject that does not overlap \"a.{peer}\" of a: messages on both would be "
            + "sent twice")]
    [InlineData(
        "{ name = a, subject = \"a.*.x\" }, { name = b, subject = \"a.{peer}.>\" }",
        "ports.inputs[1].subject: found \"a.{peer}.>\", expected a subject that does not overlap \"a.*.x\" of a: messages on both "
            + "would be sent twice")]
    [InlineData("{ name = a, subject = \"a.{peer}.{peer}\" }", "ports.inputs[0].subject: found \"a.{peer}.{peer}\", expected " + Subject)]
    [InlineData("{ name = a, subject = \"a.to-{peer}\" }", "ports.inputs[0].subject: found \"a.to-{peer}\", expected " + Subject)]
    [InlineData("{ name = a, subject = \"a.{node}\" }", "ports.inputs[0].subject: found \"a.{node}\", expected " + Subject)]
    [InlineData("{ name = a, subject = \"a.>.{peer}\" }", "ports.inputs[0].subject: found \"a.>.{peer}\", expected " + Subject)]
    public void An_input_that_will_not_do_is_named_with_what_would(string inputs, string fault) =>
        Assert.Equal([Edge + fault], Faults(inputs, ""));

    [Theory]
    [InlineData(
        "{ name = a, subject = \"a.>\", type = jetstream, stream = s }, { name = b, subject = \"a.>\", type = jetstream, stream = copy }")]
    [InlineData("{ name = a, subject = \"a.>\" }, { name = b, subject = \"a.>\", type = jetstream }")]
    [InlineData("{ name = a, subject = \"a.>\", queue_group = g }, { name = b, subject = a.b, queue_group = g }")]
    [InlineData("{ name = a, subject = a.b, type = jetstream }, { name = b, subject = a.c, type = jetstream }")]
    [InlineData("{ name = a, type = local }, { name = b, type = local }")]
    public void Inputs_that_send_no_message_twice_may_stand_side_by_side(string inputs) => Assert.Empty(Faults(inputs, ""));

    [Fact]
    public void A_window_leaves_room_for_answers()
    {
        var fault = Assert.Single(Faults("{ name = a, subject = a }", "egress.window_bytes = 8MiB, connection.send_queue_bytes = 8MiB"));

        Assert.StartsWith(Edge + "egress.window_bytes: found 8MiB, expected at most half of connection.send_queue_bytes, 8MiB",
            fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_of_many_small_messages_leaves_room_too()
    {
        var fault = Assert.Single(Faults("{ name = a, subject = a }", "egress.max_in_flight = 20000"));

        Assert.StartsWith(Edge + "egress.max_in_flight: found 20000, expected at most 16384 with connection.send_queue_bytes of 4MiB",
            fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_is_sent_to_has_one_connection()
    {
        var fault = Assert.Single(Faults("{ name = a, subject = a }", "server.max_connections_per_peer = 2"));

        Assert.StartsWith(Edge + "server.max_connections_per_peer: found 2, expected 1 with inputs", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ name = a, subject = a, type = local }", "")]
    [InlineData("{ name = a, subject = \"a.{peer}.>\" }, { name = b, subject = \"{peer}.a\", type = jetstream }", "")]
    [InlineData("{ name = a, subject = \"a.{peer}\" }, { name = b, subject = \"a.{peer}.*\" }", "")]
    [InlineData("{ name = a, subject = \"a.>\" }, { name = b, subject = \"a.*\", type = jetstream }", "")]
    [InlineData("{ name = a, subject = a, queue_group = g }", "egress.window_bytes = 4MiB, connection.send_queue_bytes = 8MiB")]
    public void Inputs_that_will_do_have_no_fault(string inputs, string lines) => Assert.Empty(Faults(inputs, lines));

    private static string[] Faults(string inputs, string lines) =>
        Configurations.Faults(Configurations.Node($"edge-out {{ mode = server\nports.inputs = [{inputs}]\n{lines}\n}}"));
}
