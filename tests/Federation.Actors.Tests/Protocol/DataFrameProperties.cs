using System.Text;
using Federation.Actors.Protocol;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Protocol;

public sealed class DataFrameProperties
{
    private static readonly OutboundSource[] Sources = [new("msg-a1-"), new("s-"), new("é-")];

    private static readonly Gen<byte[]> Bytes = Gen.OneOf(
        from blank in Gen.Elements("", " ", "\n\t")
        from json in JsonTexts.Value
        select Encoding.UTF8.GetBytes(blank + json + blank),
        Gen.Choose(0, 255).Select(static value => (byte)value).ArrayOf(),
        Gen.Elements("", "text", "{\"a\":", "\ufeff1", "\0\u0001\"\\", new string('[', 70)).Select(Encoding.UTF8.GetBytes));

    private static readonly Gen<OutboundMessage[]> Messages = (
        from source in Gen.Elements(Sources)
        from number in Gen.Elements(1, 2, 3, 127, 128, long.MaxValue)
        from subject in Gen.Elements("a", "a.b", "x\"y\\z", "é.漢", "[\"n1\"]", "")
        from shows in Gen.Elements(true, true, false)
        from via in Gen.Elements("n1", "n1,n2", "me", "n1,n2,n3,n4,n5")
        from trace in Gen.Elements(null, null, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        from payload in Bytes
        select Message(source, number, subject, shows, via.Split(','), trace, payload)).ArrayOf();

    [Property(MaxTest = 500)]
    public Property A_record_means_what_its_envelope_means() => Prop.ForAll(Messages.ToArbitrary(), messages =>
    {
        var reader = new DataFrameReader(new LoopGuard("me", 4));
        List<string> records = [];
        foreach (var frame in BatchFrames.Write(messages, limit: 100))
        {
            Assert.Null(BatchFrames.Read(reader, frame, out var read));
            records.AddRange(read);
        }

        Assert.Equal(messages.Select(OfEnvelope), records);
    });

    [Property(MaxTest = 500)]
    public Property A_record_without_an_answer_means_an_envelope_without_an_id() => Prop.ForAll(Messages.ToArbitrary(), messages =>
    {
        List<string> records = [];
        foreach (var frame in BatchFrames.Write(messages, isAnswered: false))
        {
            Assert.Null(BatchFrames.Read(new DataFrameReader(LoopGuard.None), frame, out var read));
            records.AddRange(read);
        }

        Assert.Equal(messages.Select(static message => WithoutId(OfEnvelope(message))), records);
    });

    [Property(MaxTest = 5000)]
    public void No_bytes_make_it_throw(byte[] bytes, bool isAnswered)
    {
        byte[] frame = [isAnswered ? BatchFrame.Data : BatchFrame.Unanswered, .. bytes];
        BatchFrames.Read(new DataFrameReader(LoopGuard.None), frame, out _);
    }

    [Property(MaxTest = 5000)]
    public Property No_damage_to_a_frame_makes_it_throw() => Prop.ForAll(
        (from messages in Messages
         from at in Gen.Choose(0, int.MaxValue)
         from value in Gen.Choose(0, 255)
         from cut in Gen.Elements(true, false)
         select (messages, at, value, cut)).ToArbitrary(),
        damage =>
        {
            foreach (var frame in BatchFrames.Write(damage.messages))
            {
                var at = 1 + (damage.at % (frame.Length - 1));
                frame[at] = (byte)damage.value;
                BatchFrames.Read(new DataFrameReader(LoopGuard.None), damage.cut ? frame[..at] : frame, out _);
            }
        });

    private static OutboundMessage Message(
        OutboundSource source, long number, string subject, bool shows, string[] via, string? trace, byte[] payload) => new()
        {
            Source = source,
            Number = number,
            Subject = subject,
            ShowsSubject = shows,
            Via = $"[\"{string.Join("\",\"", via)}\"]",
            TraceParent = trace,
            Payload = payload,
        };

    private static string OfEnvelope(OutboundMessage message)
    {
        var batch = Batches.Of(Envelopes.Written(output => EnvelopeWriter.WriteMessage(output, message, 1)));
        return BatchFrames.Envelope(batch, batch[0]);
    }

    private static string WithoutId(string envelope) => "{" + envelope[(envelope.IndexOf(',', StringComparison.Ordinal) + 1)..];
}
