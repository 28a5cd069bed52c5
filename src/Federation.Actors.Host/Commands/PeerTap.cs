using System.Text;
using Federation.Actors.Diagnostics;
using Federation.Actors.Host.Logging;
using Federation.Actors.Protocol;

namespace Federation.Actors.Host.Commands;

internal static class PeerTap
{
    /// <exception cref="PeerLinkException">There is no connection.</exception>
    public static async Task RunAsync(PeerTarget target, bool acks, TapPrinter printer, TextWriter errors, CancellationToken cancel)
    {
        using var link = await PeerLink.ConnectAsync(target, cancel);
        await errors.WriteLineAsync(acks
            ? $"connected to {target.Display}; its messages are acked. Press Ctrl-C to stop"
            : $"connected to {target.Display}; nothing is acked, so the node stops after egress.max_in_flight messages and repeats them; "
                + "--ack acks them. Press Ctrl-C to stop");
        var answer = new OutboundBuffer(256);
        var goesOn = true;
        while (goesOn)
        {
            var text = await link.ReceiveAsync(cancel);
            if (!EnvelopeReader.TryRead(text.Span, 0, out var envelope))
            {
                goesOn = printer.Print(
                    new TapMessage("?", "", text, () => JsonLine.Of(new { Unreadable = Encoding.UTF8.GetString(text.Span) })));
                continue;
            }

            var payload = text.Slice(envelope.PayloadOffset, envelope.PayloadLength);
            goesOn = printer.Print(
                new TapMessage(EnvelopeTypes.Name(envelope.Type), EnvelopeText.Id(text.Span, envelope), payload, () => OneLine(text)));
            await link.RefuseAsync(text, envelope, cancel);
            if (acks && envelope is { Type: EnvelopeType.Data, HasId: true })
            {
                answer.Clear();
                EnvelopeWriter.WriteAck(answer, text.Span.Slice(envelope.IdOffset, envelope.IdLength), Clock.System.UnixMilliseconds);
                await link.SendAsync(answer[0], cancel);
            }
        }

        await link.CloseAsync();
    }

    private static string OneLine(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span).Replace('\r', ' ').Replace('\n', ' ');
}
