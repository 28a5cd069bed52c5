using System.Net.WebSockets;
using Federation.Actors.Sockets;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Sockets;

public sealed class FrameGuardTests
{
    private static readonly byte[] Key = [0x81, 1, 0x7F, 0xFF];

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(70_000)]
    public void A_text_frame_becomes_a_binary_one_of_the_same_length(int length)
    {
        var payload = Enumerable.Repeat((byte)0x81, length).ToArray();
        var bytes = Frames.Frame(1, payload, mask: Key);
        var guard = new FrameGuard(expectsMask: true);

        Assert.Null(TakeAll(ref guard, bytes, [bytes.Length]));

        Assert.Equal(Frames.Frame(2, payload, mask: Key), bytes);
        Assert.True(guard.IsText);
        Assert.True(guard.IsMessageTaken);
    }

    [Fact]
    public void One_step_ends_where_the_header_ends_and_the_next_where_the_payload_ends()
    {
        byte[] bytes = [.. Frames.Frame(1, [7, 7, 7], mask: Key), .. Frames.Frame(1, [8], mask: Key)];
        var guard = new FrameGuard(expectsMask: true);

        var header = guard.Next(bytes, out _);
        guard.Take(header);
        var payload = guard.Next(bytes.AsSpan(header), out _);

        Assert.Equal((6, 3), (header, payload));
    }

    [Fact]
    public void A_header_is_not_taken_before_it_is_whole()
    {
        var bytes = Frames.Frame(2, new byte[300], mask: Key);
        var guard = new FrameGuard(expectsMask: true);

        for (var length = 1; length < 8; length++)
        {
            Assert.Equal(0, guard.Next(bytes.AsSpan(0, length), out var violation));
            Assert.Null(violation);
        }

        Assert.Equal(8, guard.Next(bytes.AsSpan(0, 8), out _));
    }

    [Theory]
    [InlineData("91", "a reserved bit is set")]
    [InlineData("A1", "a reserved bit is set")]
    [InlineData("C1", "a reserved bit is set")]
    [InlineData("C9", "a reserved bit is set")]
    [InlineData("83", "the frame's opcode is reserved")]
    [InlineData("8B", "the frame's opcode is reserved")]
    [InlineData("09", "a control frame must not be fragmented")]
    [InlineData("80", "there is no message to continue")]
    [InlineData("8100", "a frame of a client must be masked")]
    [InlineData("89FE", "a control frame is limited to 125 bytes")]
    [InlineData("88FF", "a control frame is limited to 125 bytes")]
    [InlineData("82FF8000000000000000", null)]
    [InlineData("82FF800000000000000000000000", "the first bit of a frame's length must be 0")]
    [InlineData("88810000000000", "the status of a close frame has two bytes")]
    [InlineData("88820000000003ED", "the close frame has a status that may not be sent")]
    [InlineData("888200000000", null)]
    [InlineData("88830000000003E8FF", "the close frame's reason is not UTF-8")]
    [InlineData("018000000000" + "81", "the previous message has not ended")]
    public void A_violation_is_found_with_the_byte_that_makes_it_one(string hex, string? expected)
    {
        var bytes = Convert.FromHexString(hex);
        var guard = new FrameGuard(expectsMask: true);

        Assert.Equal(expected, TakeAll(ref guard, bytes, [bytes.Length])?.Description);

        // And not before.
        guard = new FrameGuard(expectsMask: true);
        Assert.Null(TakeAll(ref guard, Convert.FromHexString(hex)[..^1], [1]));
    }

    [Fact]
    public void A_client_refuses_masked_frames_and_takes_the_others()
    {
        var guard = new FrameGuard(expectsMask: false);
        Assert.Null(TakeAll(ref guard, Frames.Frame(1, [1, 2, 3]), [2]));

        Assert.Equal("a frame of a server must not be masked", TakeAll(ref guard, Frames.Frame(1, [1], mask: Key), [2])?.Description);
    }

    [Theory]
    [InlineData("C18000000000", null)]
    [InlineData("418000000000" + "808000000000", null)]
    [InlineData("418000000000" + "C0", "only the first frame of a message may have the compression bit")]
    [InlineData("C9", "a control frame must not be compressed")]
    public void Where_compression_is_agreed_the_first_frame_of_a_message_may_say_so(string hex, string? expected)
    {
        var guard = new FrameGuard(expectsMask: true) { AllowsCompression = true };

        Assert.Equal(expected, TakeAll(ref guard, Convert.FromHexString(hex), [3])?.Description);
    }

    [Fact]
    public void Empty_frames_of_one_message_are_bounded()
    {
        var guard = new FrameGuard(expectsMask: true);
        var begin = Frames.Frame(1, [1], final: false, mask: Key);
        var empty = Frames.Frame(0, [], final: false, mask: Key);
        Assert.Null(TakeAll(ref guard, [.. begin, .. Repeat(empty, FrameGuard.MaxEmptyFrames), .. Frames.Frame(0, [], mask: Key)], [5]));

        var violation = TakeAll(ref guard, [.. begin, .. Repeat(empty, FrameGuard.MaxEmptyFrames + 1)], [5]);

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, violation?.Status);
    }

    [Property(MaxTest = 500)]
    public void Allowed_frames_cut_anywhere_come_out_the_same_but_for_the_opcode(
        (byte[] Payload, bool Text, bool Control, bool Split, byte Form)[] messages, byte[] cuts)
    {
        var given = messages.SelectMany(message => Build(message, message.Text ? 1 : 2)).ToArray();
        var expected = messages.SelectMany(message => Build(message, 2)).ToArray();
        var guard = new FrameGuard(expectsMask: true);

        Assert.Null(TakeAll(ref guard, given, [.. cuts.Select(cut => cut % 9 + 1), 3]));

        Assert.Equal(expected, given);
        Assert.True(guard.IsMessageTaken);
    }

    [Property(MaxTest = 1000)]
    public void Whatever_arrives_a_step_takes_no_more_than_there_is(byte[] bytes, byte[] cuts)
    {
        var guard = new FrameGuard(expectsMask: true) { AllowsCompression = true };

        TakeAll(ref guard, bytes, [.. cuts.Select(cut => cut % 9 + 1), 3]);
    }

    private static IEnumerable<byte> Repeat(byte[] frame, int count) => Enumerable.Repeat(frame, count).SelectMany(static bytes => bytes);

    private static byte[] Build((byte[] Payload, bool Text, bool Control, bool Split, byte Form) message, int opcode)
    {
        var form = message.Form % 3;
        var half = message.Payload.Length / 2;
        byte[] ping = message.Control ? Frames.Frame(9, [1, 1, 1], mask: Key) : [];
        return message.Split
            ? [.. Frames.Frame(opcode, message.Payload[..half], false, Key, form), .. ping, .. Frames.Frame(
                0, message.Payload[half..], true, Key, form)]
            : [.. ping, .. Frames.Frame(opcode, message.Payload, true, Key, form)];
    }

    /// <summary>Lets the bytes arrive in pieces of these sizes, in turn.</summary>
    private static PumpViolation? TakeAll(ref FrameGuard guard, byte[] bytes, int[] cuts)
    {
        var turn = 0;
        var arrived = 0;
        for (var start = 0; arrived < bytes.Length;)
        {
            arrived = Math.Min(bytes.Length, arrived + cuts[turn++ % cuts.Length]);
            while (start < arrived)
            {
                var count = guard.Next(bytes.AsSpan(start, arrived - start), out var violation);
                if (violation is not null || count == 0)
                {
                    if (violation is not null)
                    {
                        return violation;
                    }

                    break;
                }

                Assert.InRange(count, 1, arrived - start);
                guard.Take(count);
                start += count;
            }
        }

        return null;
    }
}
