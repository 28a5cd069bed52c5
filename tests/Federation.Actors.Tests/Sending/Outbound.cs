using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

/// <summary>Messages on their way to peers; what counts as their length is that of the payload.</summary>
internal static class Outbound
{
    /// <summary>Of messages that nobody keeps; named <c>m-1</c> and so on.</summary>
    public static readonly OutboundSource Plain = new("m-");

    /// <summary>Of messages that a stream keeps; named <c>s-1</c> and so on.</summary>
    public static readonly OutboundSource Stream = new("s-");

    /// <summary>A message that nobody keeps.</summary>
    public static CountedMessage Message(long number, int length = 3, string subject = "a", string? from = null) =>
        Make(Plain, number, length, subject, from, false, 0);

    /// <summary>The same with an envelope that can be read.</summary>
    public static OutboundMessage Envelope(long number, int length = 3, string subject = "a")
    {
        var message = Message(number, length, subject);
        return new OutboundMessage
        {
            Source = Plain, Number = number, Subject = subject, Payload = message.Payload, Via = "[\"node\"]",
        };
    }

    /// <summary>A message that a stream keeps.</summary>
    public static CountedMessage Stored(long number, int length = 3, string subject = "a", string? from = null, int delivered = 0) =>
        Make(Stream, number, length, subject, from, true, delivered);

    /// <summary>The ids of messages.</summary>
    public static string[] Ids(IEnumerable<OutboundMessage> messages) =>
        [.. messages.Select(static message => $"{message.Source.Name}{message.Number}")];

    private static CountedMessage Make(
        OutboundSource source, long number, int length, string subject, string? from, bool kept, int delivered)
    {
        var payload = Encoding.UTF8.GetBytes($"\"{new string('x', length - 2)}\"");
        return new CountedMessage
        {
            Source = source,
            Number = number,
            Subject = subject,
            Payload = payload,
            ShowsSubject = false,
            From = from,
            Kept = kept,
            Delivered = delivered,
        };
    }
}
