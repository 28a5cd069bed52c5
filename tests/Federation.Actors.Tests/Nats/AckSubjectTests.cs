using Federation.Actors.Nats;

namespace Federation.Actors.Tests.Nats;

public sealed class AckSubjectTests
{
    [Theory]
    [InlineData("$JS.ACK.stream.consumer.2.31.17.1704844800100000000.5")]
    [InlineData("$JS.ACK.hub.ABCDEF.stream.consumer.2.31.17.1704844800100000000.5")]
    [InlineData("$JS.ACK._.ABCDEF.stream.consumer.2.31.17.1704844800100000000.5.token")]
    public void A_reply_subject_has_deliveries_number_and_pending(string subject)
    {
        Assert.True(AckSubject.TryParse(subject, out var found));

        Assert.Equal(new AckSubject(Delivered: 2, Number: 31, Pending: 5), found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("_INBOX.a.b")]
    [InlineData("$JS.ACK.stream.consumer.2.31.17.1704844800100000000")]
    [InlineData("$JS.ACK.hub.stream.consumer.2.31.17.1704844800100000000.5")]
    [InlineData("$JS.ACK.stream.consumer.x.31.17.1704844800100000000.5")]
    [InlineData("$JS.ACK.stream.consumer.2.-1.17.1704844800100000000.5")]
    [InlineData("$JS.FC.stream.consumer.2.31.17.1704844800100000000.5")]
    public void Other_subjects_are_not_one(string subject)
    {
        Assert.False(AckSubject.TryParse(subject, out _));
    }
}
