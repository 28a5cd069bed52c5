using static Federation.Actors.IntegrationTests.Rfc.RfcFrames;

namespace Federation.Actors.IntegrationTests.Rfc;

/// <summary>
/// Sections 12 and 13 of the list: permessage-deflate with different sizes and parameters, and what RFC 7692 says of offers and of broken
/// data.
/// </summary>
internal static class RfcDeflateCases
{
    private const int Rsv1 = 4;
    private const string Plain = "permessage-deflate";
    private const string PlainAnswer = "permessage-deflate; client_no_context_takeover; server_no_context_takeover";

    private static readonly (string Offer, bool FarAway)[] Offers =
    [
        (Plain, true),
        (Plain + "; client_no_context_takeover; server_no_context_takeover", true),
        (Plain + "; client_max_window_bits", true),
        (Plain + "; client_max_window_bits=9", false),
        (Plain + "; client_max_window_bits=15; server_max_window_bits=9", true),
        (Plain + "; server_no_context_takeover; server_max_window_bits=12; client_max_window_bits=12; client_no_context_takeover", false),
        ("x-webkit-deflate-frame, " + Plain + "; unknown, " + Plain + "; client_max_window_bits=\"10\"", false),
    ];

    public static IEnumerable<RfcCase> All => [.. Sizes(), .. Declined(), .. Broken()];

    private static IEnumerable<RfcCase> Sizes()
    {
        foreach (var (offer, farAway) in Offers)
        {
            foreach (var length in (int[])[64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072])
            {
                byte[][] frames =
                [
                    .. Enumerable.Range(0, 5).SelectMany(number => Fragments(
                        number % 2 == 0 ? Text : Binary, Deflate(DataOf($"m{number}", length, Fill(number)), farAway), number < 3
                            ? int.MaxValue : 100, Rsv1)),
                    Frame(Text, Data("plain")),
                ];
                yield return new($"12 {offer}, 5 messages of {length}", frames, "ack m0",
                    "ack m1", "ack m2", "ack m3", "ack m4", "ack plain") { Offer = offer, Agreed = Plain };
            }
        }

        yield return new("12.9 a compressed message byte by byte", [Frame(Text, Deflate(DataOf("a", 500)), reserved: Rsv1)], "ack a")
            { Offer = Plain, Agreed = PlainAnswer, Chop = 1 };
        yield return new(
            "12.9 an empty last fragment", [Frame(Text, Deflate(DataOf("a", 500)), final: false, reserved: Rsv1), Frame(0, [])], "ack a")
                { Offer = Plain, Agreed = PlainAnswer };
        yield return new("12.9 an empty compressed message", [Frame(Text, [0], reserved: Rsv1), Frame(Text, Data("b"))], "ack b")
            { Offer = Plain, Agreed = PlainAnswer };
    }

    private static IEnumerable<RfcCase> Declined()
    {
        foreach (var parameters in (string[])["; unknown", "; server_max_window_bits",
            "; server_max_window_bits=8", "; server_max_window_bits=16", "; server_max_window_bits=09",
            "; client_max_window_bits=0", "; client_max_window_bits=x",
            "; client_no_context_takeover=1", "; server_no_context_takeover; server_no_context_takeover", ";"])
        {
            yield return new($"13 declined: {Plain}{parameters}", [Frame(Text, Data("a"))], "ack a") { Offer = Plain + parameters };
        }
    }

    private static IEnumerable<RfcCase> Broken()
    {
        yield return new("13 compressed without agreement", [Frame(Text, Deflate(Data("a")), reserved: Rsv1)], "close 1002");
        foreach (var opcode in (int[])[Ping, Pong, Close])
        {
            yield return new($"13 compressed control frame {opcode}", [Frame(opcode, Deflate([1, 2]), reserved: Rsv1)], "close 1002")
                { Offer = Plain, Agreed = PlainAnswer };
        }

        yield return new(
            "13 compressed continuation", [Frame(Text, [0x2A], final: false, reserved: Rsv1), Frame(0, [1], reserved: Rsv1)], "close 1002")
                { Offer = Plain, Agreed = PlainAnswer };
        yield return new("13 other reserved bit", [Frame(Text, Deflate(Data("a")), reserved: Rsv1 | 2)], "close 1002")
            { Offer = Plain, Agreed = PlainAnswer };
        yield return new("13 what cannot be decompressed", [Frame(Text, [0xFF, 0xFF, 0xFF, 0xFF], reserved: Rsv1)], "close 1007")
            { Offer = Plain, Agreed = PlainAnswer };
        yield return new("13 compressed, but not UTF-8", [Frame(Text, Deflate(DataWith("a", [0xFF])), reserved: Rsv1)], "close 1007")
            { Offer = Plain, Agreed = PlainAnswer };
        yield return new("13 compressed, but too large", [Frame(Text, Deflate(DataOf("a", 20_000_000)), reserved: Rsv1)], "close 1009")
            { Offer = Plain, Agreed = PlainAnswer };

        // RFC 7692 section 7.2.3.4 allows a final block; System.Net.WebSockets refuses it (dotnet/runtime#132201).
        byte[] final = Deflate(DataOf("a", 300), final: true);
        yield return new("13 of the framework: a final block", [Frame(Text, final, reserved: Rsv1)], "close 1007")
            { Offer = Plain, Agreed = PlainAnswer };
        yield return new(
            "13 of the framework: a final block and the empty one that RFC 7692 shows", [
                Frame(Text, [.. final, 0], reserved: Rsv1)], "close 1007") { Offer = Plain, Agreed = PlainAnswer };
    }

    private static Func<int, char> Fill(int seed) => at => (char)('a' + ((at * (seed + 3)) + (at / 17)) % 26);
}
