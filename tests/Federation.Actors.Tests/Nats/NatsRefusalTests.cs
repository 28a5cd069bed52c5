using Federation.Actors.Nats;

namespace Federation.Actors.Tests.Nats;

public sealed class NatsRefusalTests
{
    [Theory]
    [InlineData("""Permissions Violation for Publish to "data.denied.x" """, "data.denied.x")]
    [InlineData("""permissions violation for publish to "a" """, "a")]
    [InlineData("""Permissions Violation for Publish to "it's" """, "it's")]
    [InlineData("""Permissions Violation for Publish to "a\"b\\c" """, "a\"b\\c")]
    [InlineData("""Permissions Violation for Publish to "a\u200bb\x01" """, "a\u200bb\u0001")]
    [InlineData("""Permissions Violation for Publish to "\U0001f3d4é" """, "\U0001f3d4é")]
    [InlineData("""Permissions Violation for Publish to "\a\b\f\v" """, "\a\b\f\v")]
    public void It_names_the_subject_as_it_was_published(string error, string subject) =>
        Assert.Equal(new NatsRefusal(false, subject, "", error), NatsRefusal.Parse(error));

    [Theory]
    [InlineData("""Permissions Violation for Subscription to "_INBOX.a.*" (sid "1")""", "_INBOX.a.*", "")]
    [InlineData("""Permissions Violation for Subscription to "a" using queue "q" """, "a", "q")]
    public void It_names_the_subject_and_the_queue_of_a_subscription(string error, string subject, string queue) =>
        Assert.Equal(new NatsRefusal(true, subject, queue, error), NatsRefusal.Parse(error));

    [Theory]
    [InlineData("Permissions Violation for Publish to ")]
    [InlineData("""Permissions Violation for Publish to "a\x""")]
    [InlineData("Slow Consumer")]
    [InlineData("")]
    public void What_names_no_subject_is_none(string error) => Assert.Null(NatsRefusal.Parse(error));
}
