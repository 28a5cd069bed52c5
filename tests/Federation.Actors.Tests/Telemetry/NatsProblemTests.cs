using Federation.Actors.Telemetry;
using NATS.Client.Core;

namespace Federation.Actors.Tests.Telemetry;

public sealed class NatsProblemTests
{
    [Fact]
    public void Servers_that_do_not_answer_are_said_in_words() => Assert.Equal(
        "cannot connect to nats://127.0.0.1:4222", NatsProblem.Describe(new NatsException("can not connect uris: nats://127.0.0.1:4222")));

    [Fact]
    public void What_else_goes_wrong_is_said_as_its_cause_says_it() => Assert.Equal(
        "no such host", NatsProblem.Describe(new NatsException("failed", new IOException("no such host."))));
}
