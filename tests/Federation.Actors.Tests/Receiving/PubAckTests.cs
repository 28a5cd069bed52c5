using System.Buffers;
using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Receiving;

/// <summary>What JetStream's answers mean.</summary>
public sealed class PubAckTests
{
    [Theory]
    [InlineData("""{"stream":"S","seq":1}""", "Stored", "")]
    [InlineData("""{"stream":"S", "domain":"hub", "seq":18446744073709551615, "duplicate": true}""", "Stored", "")]
    [InlineData("""{"error":{"code":503,"err_code":10077,"description":"maximum bytes exceeded"},"stream":"S","seq":0}""", "Refused",
        "maximum bytes exceeded")]
    [InlineData("""{"stream":"S","seq":0,"error":{"code":503,"err_code":10077,"description":"maximum bytes exceeded"}}""", "Refused",
        "maximum bytes exceeded")]
    [InlineData("""{"stream":"S","seq":null}""", "NotNow", "the answer on the subject is not from a stream")]
    [InlineData("""{"stream":"S","seq":1""", "NotNow", "the answer on the subject is not from a stream")]
    [InlineData("""{"error":{"code":503,"err_code":10023,"description":"insufficient resources"}}""", "Refused", "insufficient resources")]
    [InlineData("""{"error":{"code":503,"err_code":10008,"description":"JetStream system temporarily unavailable"}}""", "NotNow",
        "JetStream system temporarily unavailable")]
    [InlineData("""{"error":{"code":400,"err_code":10054,"description":"message size exceeds maximum allowed"}}""", "Refused",
        "message size exceeds maximum allowed")]
    [InlineData("""{"error":{}}""", "Refused", "JetStream refuses it without a reason")]
    [InlineData("""{"error":{"code":"503","description":7}}""", "NotNow", "the answer on the subject is not from a stream")]
    [InlineData("hello", "NotNow", "the answer on the subject is not from a stream")]
    [InlineData("[]", "NotNow", "the answer on the subject is not from a stream")]
    [InlineData("{}", "NotNow", "the answer on the subject is not from a stream")]
    public void Answers_are_read(string payload, string outcome, string error)
    {
        var ack = PubAck.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)));
        Assert.Equal((outcome, error, NackReason.PublishFailed), (ack.Outcome.ToString(), ack.Error, ack.Reason));
    }

    [Property]
    public bool Any_bytes_are_an_answer_of_some_kind(byte[] bytes) =>
        PubAck.Read(new ReadOnlySequence<byte>(bytes)).Outcome != PubAckOutcome.Pending;
}
