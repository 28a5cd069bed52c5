using static Federation.Actors.IntegrationTests.Rfc.RfcFrames;

namespace Federation.Actors.IntegrationTests.Rfc;

/// <summary>Sections 1 to 5, 7 and 9 of the list: framing, pings, reserved bits, opcodes, fragments, closing, limits.</summary>
internal static class RfcCases
{
    private const string Close1002 = "close 1002";

    private static readonly byte[] Nothing = [];

    public static IEnumerable<RfcCase> All =>
        [.. Framing(), .. Pings(), .. ReservedBits(), .. Opcodes(), .. Fragmentation(), .. Closes(), .. Limits()];

    private static IEnumerable<RfcCase> Framing()
    {
        foreach (var opcode in (int[])[Text, Binary])
        {
            var kind = opcode == Text ? "1.1 text" : "1.2 binary";
            foreach (var length in (int[])[60, 125, 126, 127, 128, 65_535, 65_536])
            {
                yield return new($"{kind} of {length}", [Frame(opcode, DataOf("a", length))], "ack a");
                yield return new($"{kind} of {length} in pieces of 997", [Frame(opcode, DataOf("a", length))], "ack a") { Chop = 997 };
            }

            yield return new($"{kind} without payload is not answered", [Frame(opcode, Nothing), Frame(opcode, Data("b"))], "ack b");
            yield return new($"{kind} byte by byte", [Frame(opcode, DataOf("a", 128))], "ack a") { Chop = 1 };
            yield return new($"{kind} length in the longest form",
                [[(byte)(0x80 | opcode), 0xFF, 0, 0, 0, 0, 0, 0, 0, (byte)Data("a").Length, 0, 0, 0, 0, .. Data("a")]], "ack a");
        }

        yield return new("1.3 unmasked", [[0x81, (byte)Data("a").Length, .. Data("a")]], Close1002);
        yield return new("1.3 unmasked header only", [[0x81, 0x7E]], Close1002);
        yield return new("1.3 unmasked ping", [[0x89, 0x00]], Close1002);
        yield return new("1.3 unmasked after a masked one", [Frame(Text, Data("a")), [0x81, 0x00]], Close1002) { MayAck = true };
        yield return new("1.3 first bit of the length", [[0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]], Close1002);
    }

    private static IEnumerable<RfcCase> Pings()
    {
        yield return new("2.1 ping without payload", [Frame(Ping, Nothing)], "pong ");
        yield return new("2.2 ping with text", [Frame(Ping, "Hello"u8.ToArray())], "pong 48656C6C6F");
        yield return new("2.3 ping with bytes that are not text", [Frame(Ping, [0x00, 0xFF, 0xFE, 0xFD])], "pong 00FFFEFD");
        var largest = Enumerable.Repeat((byte)0xFE, 125).ToArray();
        yield return new("2.4 ping of 125", [Frame(Ping, largest)], $"pong {Convert.ToHexString(largest)}");
        yield return new("2.5 ping of 126", [Frame(Ping, new byte[126])], Close1002);
        yield return new("2.5 ping of 126, header only", [[0x89, 0xFE]], Close1002);
        yield return new("2.5 pong of 126", [Frame(Pong, new byte[126])], Close1002);
        yield return new("2.6 ping of 125 byte by byte", [Frame(Ping, largest)], $"pong {Convert.ToHexString(largest)}") { Chop = 1 };
        yield return new("2.7 pong that nobody asked for", [Frame(Pong, Nothing), Frame(Ping, [1])], "pong 01");
        yield return new("2.8 pong with payload", [Frame(Pong, [1, 2]), Frame(Ping, [3])], "pong 03");
        yield return new("2.9 pong, then ping with the same payload", [Frame(Pong, [7]), Frame(Ping, [7])], "pong 07");
        foreach (var chop in (int[])[0, 1])
        {
            yield return new(
                $"2.10 ten pings, chop {chop}", [.. Enumerable.Range(0, 10).Select(number => Frame(Ping, [(byte)number]))], [
                    .. Enumerable.Range(0, 10).Select(number => $"pong {number:X2}")])
            {
                Chop = chop,
            };
        }

        yield return new(
            "2.11 ping between messages", [Frame(Text, Data("a")), Frame(Ping, [1]), Frame(Text, Data("b"))], "ack a", "pong 01", "ack b");
    }

    private static IEnumerable<RfcCase> ReservedBits()
    {
        (string Name, int Opcode, byte[] Payload)[] kinds =
            [("text", Text, Data("x")), ("binary", Binary, Data("x")), ("ping", Ping, [1]),
                ("pong", Pong, [1]), ("close", Close, [3, 0xE8]), ("continuation", 0, [1])];
        foreach (var (name, opcode, payload) in kinds)
        {
            for (var reserved = 1; reserved < 8; reserved++)
            {
                yield return new($"3.{reserved} {name}", [Frame(opcode, payload, reserved: reserved)], Close1002) { Chop = reserved % 2 };
            }
        }

        yield return new("3.8 after a message and a ping",
            [Frame(Text, Data("a")), Frame(Ping, [1]), Frame(Text, Data("b"), reserved: 4)], "pong 01", Close1002) { MayAck = true };
        yield return new("3.9 the first byte alone", [[0xF1]], Close1002);
        yield return new("3.9 the first byte of a control frame alone", [[0xC9]], Close1002);
    }

    private static IEnumerable<RfcCase> Opcodes()
    {
        foreach (var opcode in (int[])[3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
        {
            yield return new($"4 opcode {opcode}", [Frame(opcode, Nothing)], Close1002);
            yield return new($"4 opcode {opcode} with payload", [Frame(opcode, Data("x"))], Close1002) { Chop = 1 };
            yield return new($"4 opcode {opcode} after a message and a ping",
                [Frame(Text, Data("a")), Frame(Ping, [9]), Frame(opcode, Nothing)], "pong 09", Close1002) { MayAck = true };
        }
    }

    private static IEnumerable<RfcCase> Fragmentation()
    {
        yield return new("5.1 ping in fragments", [Frame(Ping, [1], final: false), Frame(0, [2])], Close1002);
        yield return new("5.2 pong in fragments", [Frame(Pong, [1], final: false), Frame(0, [2])], Close1002);
        yield return new("5.2 close in fragments", [Frame(Close, [3], final: false), Frame(0, [0xE8])], Close1002);
        var message = DataOf("a", 100);
        foreach (var size in (int[])[1, 2, 50, 99])
        {
            foreach (var chop in (int[])[0, 1, 7])
            {
                yield return new($"5.3 fragments of {size}, chop {chop}", [.. Fragments(Text, message, size)], "ack a") { Chop = chop };
            }
        }

        yield return new("5.4 binary fragments", [.. Fragments(Binary, message, 33)], "ack a");
        byte[][] withPings = [
            .. Fragments(Text, message, 20).SelectMany(static (frame, number) => (byte[][])[frame, Frame(Ping, [(byte)number])])];
        foreach (var chop in (int[])[0, 1])
        {
            yield return new($"5.6 pings between fragments, chop {chop}", withPings,
                "pong 00", "pong 01", "pong 02", "pong 03", "ack a", "pong 04") { Chop = chop };
        }

        yield return new("5.9 continuation without a beginning", [Frame(0, Data("a"))], Close1002);
        yield return new("5.10 unfinished continuation without a beginning", [Frame(0, Data("a"), final: false)], Close1002);
        yield return new("5.11 continuation after a whole message", [Frame(Text, Data("a")), Frame(0, [1])], Close1002) { MayAck = true };
        yield return new("5.12 empty first fragment", [Frame(Text, Nothing, final: false), Frame(0, Data("a"))], "ack a");
        yield return new("5.13 empty last fragment", [Frame(Text, Data("a"), final: false), Frame(0, Nothing)], "ack a");
        yield return new("5.14 empty fragments between",
            [Frame(Text, Data("a"), final: false), .. Enumerable.Repeat(Frame(0, Nothing, final: false), 50), Frame(0, Nothing)], "ack a");
        yield return new("5.15 nothing but empty fragments",
            [Frame(Text, Nothing, final: false), .. Enumerable.Repeat(Frame(0, Nothing, final: false), 200)], "close 1008");
        yield return new("5.18 a message inside another", [Frame(Text, Data("a"), final: false), Frame(Text, Data("b"))], Close1002);
        yield return new(
            "5.18 a binary inside a text", [Frame(Text, Data("a"), final: false), Frame(Binary, Data("b"), final: false)], Close1002);
        yield return new(
            "5.19 two messages of fragments", [.. Fragments(Text, Data("a"), 9), .. Fragments(Binary, Data("b"), 11)], "ack a", "ack b");
        yield return new("5.20 an unfinished message, then close", [Frame(Text, Data("a"), final: false), Closing(1000)], "close 1000");
    }

    private static IEnumerable<RfcCase> Closes()
    {
        yield return new("7.1.1 message, then close", [Frame(Text, Data("a")), Closing(1000)], "ack a", "close 1000");
        yield return new("7.1.2 two closes", [Closing(1000), Closing(1000)], "close 1000");
        yield return new("7.1.3 ping after close", [Closing(1000), Frame(Ping, [1])], "close 1000");
        yield return new("7.1.4 message after close", [Closing(1000), Frame(Text, Data("a"))], "close 1000");
        yield return new("7.1.5 fragment after close", [Frame(Text, Data("a"), final: false), Closing(1000), Frame(0, [1])], "close 1000");
        yield return new("7.1.6 large message, close, ping",
            [Frame(Text, DataOf("a", 256 * 1024)), Closing(1000), Frame(Ping, [1])], "ack a", "close 1000");
        yield return new(
            "7.1.7 500 messages, then close", [
                .. Enumerable.Range(0, 500).Select(number => Frame(Text, Data($"m{number}"))), Closing(1000)],
            [.. Enumerable.Range(0, 500).Select(number => $"ack m{number}"), "close 1000"]);
        yield return new("7.3.1 close without payload", [Frame(Close, Nothing)], "close 1000");
        yield return new("7.3.2 close of one byte", [Frame(Close, [3])], Close1002);
        yield return new("7.3.3 close with a status", [Closing(1000)], "close 1000");
        yield return new("7.3.4 close with a reason", [Closing(1000, "Hello World!")], "close 1000");
        yield return new("7.3.5 close with the longest reason", [Closing(1000, new string('*', 123))], "close 1000");
        yield return new("7.3.6 close that is too long", [Closing(1000, new string('*', 124))], Close1002);
        yield return new("7.3.7 close byte by byte", [Closing(1000, "bye")], "close 1000") { Chop = 1 };
        yield return new("7.5.1 reason that is not UTF-8", [Frame(Close, [3, 0xE8, 0xCE, 0xBA, 0xFF])], "close 1007");
        foreach (var status in (int[])[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
        {
            yield return new($"7.7 status {status}", [Closing(status)], $"close {status}");
        }

        foreach (var status in (int[])[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
        {
            yield return new($"7.9 status {status}", [Closing(status)], Close1002);
        }
    }

    private static IEnumerable<RfcCase> Limits()
    {
        // The close frame arrives although bytes are unread that would reset the connection.
        yield return new("9.0 a bad frame and a megabyte behind it", [Frame(3, Nothing), new byte[1_000_000]], Close1002);
        yield return new(
            "9.0 bad text and a megabyte behind it", [Frame(Text, [0xFF]), Frame(Binary, DataOf("a", 1_000_000))], "close 1007");
        foreach (var opcode in (int[])[Text, Binary])
        {
            foreach (var length in (int[])[64 * 1024, 256 * 1024, 1_000_000])
            {
                yield return new($"9.1 opcode {opcode}, {length} bytes", [Frame(opcode, DataOf("a", length))], "ack a");
                yield return new($"9.5 opcode {opcode}, {length} bytes in pieces", [Frame(opcode, DataOf("a", length))], "ack a")
                    { Chop = length / 64 };
            }

            foreach (var size in (int[])[64, 256, 1024, 4096, 16 * 1024, 64 * 1024])
            {
                yield return new(
                    $"9.3 opcode {opcode}, 256 KiB in fragments of {size}", [.. Fragments(opcode, DataOf("a", 256 * 1024), size)], "ack a");
            }

            foreach (var length in (int[])[60, 128, 256, 1024])
            {
                yield return new(
                    $"9.7 opcode {opcode}, 300 messages of {length}", [
                        .. Enumerable.Range(0, 300).Select(number => Frame(opcode, DataOf($"m{number}", length)))],
                    [.. Enumerable.Range(0, 300).Select(number => $"ack m{number}")]);
            }
        }

        yield return new("9.9 too large", [Frame(Text, DataOf("a", (1024 * 1024) + 1))], "close 1009");
        yield return new("9.9 too large in fragments", [.. Fragments(Text, DataOf("a", 1_100_000), 100_000)], "close 1009");
    }
}
