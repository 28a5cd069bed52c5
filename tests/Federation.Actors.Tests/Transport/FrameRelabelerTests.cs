using Federation.Actors.Transport;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Transport;

public sealed class FrameRelabelerTests
{
    private FrameRelabeler _relabeler;

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(70_000)]
    public void A_text_frame_becomes_a_binary_one_of_the_same_length(int length)
    {
        var payload = Enumerable.Repeat((byte)0x81, length).ToArray();
        var bytes = Frames.Frame(1, payload, mask: [1, 2, 3, 4]);

        TakeAll(bytes, [bytes.Length]);

        Assert.Equal(Frames.Frame(2, payload, mask: [1, 2, 3, 4]), bytes);
    }

    [Theory]
    [InlineData(0x0)]
    [InlineData(0x2)]
    [InlineData(0x8)]
    [InlineData(0x9)]
    [InlineData(0xA)]
    public void Other_frames_stay_as_they_are(int opcode)
    {
        var bytes = Frames.Frame(opcode, [1, 1, 1]);

        TakeAll(bytes, [1]);

        Assert.Equal(Frames.Frame(opcode, [1, 1, 1]), bytes);
    }

    [Fact]
    public void Flags_of_a_relabelled_frame_are_kept()
    {
        byte[] unfinishedCompressed = [0x41, 0x00];

        TakeAll(unfinishedCompressed, [2]);

        Assert.Equal([0x42, 0x00], unfinishedCompressed);
    }

    [Fact]
    public void One_take_ends_where_the_header_ends_and_the_next_where_the_payload_ends()
    {
        byte[] bytes = [.. Frames.Frame(1, [7, 7, 7], mask: [0, 0, 0, 0]), .. Frames.Frame(1, [8])];

        var header = _relabeler.Take(bytes);
        var payload = _relabeler.Take(bytes.AsSpan(header));

        Assert.Equal((6, 3), (header, payload));
    }

    [Property(MaxTest = 500)]
    public void Any_frames_cut_anywhere_come_out_the_same_but_for_the_opcode((byte Opcode, byte[] Payload, bool Final, bool Masked, byte Form)[] frames, byte[] cuts)
    {
        var given = frames.SelectMany(frame => Build(frame, frame.Opcode % 16)).ToArray();
        var expected = frames.SelectMany(frame => Build(frame, frame.Opcode % 16 == 1 ? 2 : frame.Opcode % 16)).ToArray();

        TakeAll(given, [.. cuts.Select(cut => cut % 9 + 1), 3]);

        Assert.Equal(expected, given);
        Assert.Equal(0UL, _relabeler.PayloadLeft);
    }

    private static byte[] Build((byte Opcode, byte[] Payload, bool Final, bool Masked, byte Form) frame, int opcode) =>
        Frames.Frame(opcode, frame.Payload, frame.Final, frame.Masked ? [0x81, 1, 0x7F, 0xFF] : null, frame.Form % 3);

    private void TakeAll(byte[] bytes, int[] cuts)
    {
        var turn = 0;
        for (var start = 0; start < bytes.Length;)
        {
            var piece = Math.Min(cuts[turn++ % cuts.Length], bytes.Length - start);
            for (var end = start + piece; start < end;)
            {
                var taken = _relabeler.Take(bytes.AsSpan(start, end - start));
                Assert.InRange(taken, 1, end - start);
                start += taken;
            }
        }
    }
}
