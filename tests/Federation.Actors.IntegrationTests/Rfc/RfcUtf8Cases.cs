using static Federation.Actors.IntegrationTests.Rfc.RfcFrames;

namespace Federation.Actors.IntegrationTests.Rfc;

/// <summary>
/// Section 6 of the list: UTF-8, after Markus Kuhn's stress test. Text that is not UTF-8 fails the connection; binary that is not is a
/// malformed message.
/// </summary>
internal static class RfcUtf8Cases
{
    private static readonly string[] Valid =
    [
        "41", "C3B6", "CEBAE1BDB9CF83CEBCCEB5", "E282AC", "EFBFBD", "F09F9880", "20",
        "7E", "7F", "C280", "DFBF", "E0A080", "E18080", "ECBFBF", "ED8080", "ED9FBF", "EE8080",
        "EFBFBC", "EFBFBE", "EFBFBF", "EFB790", "F0908080", "F0BFBFBE", "F0BFBFBF",
        "F1BFBFBF", "F2BFBFBF", "F3BFBFBF", "F3A08081", "F48FBFBE", "F48FBFBF",
    ];

    private static readonly string[] Invalid =
    [
        // Continuations that continue nothing.
        "80", "BF", "80BF", "80BF80", "80BF80BF80BF",

        // Beginnings that are not continued.
        "C220", "C020C120", "DF20", "E020", "EF20", "F020", "F420", "F820",
        "FC20", "C2", "E0A0", "E282", "F09080", "F48FBF", "CEBAE1BDB9CF83CEBCCE",

        // Bytes that are never used.
        "FE", "FF", "FEFEFFFF", "C0", "C1", "F5808080", "F880808080", "FC8080808080", "FDBFBFBFBFBF",

        // Overlong.
        "C0AF", "E080AF", "F08080AF", "F8808080AF", "FC80808080AF", "C1BF", "E09FBF", "F08FBFBF", "C080", "E08080", "F0808080",

        // Surrogates, and beyond the last.
        "EDA080", "EDADBF", "EDAE80", "EDAFBF", "EDB080", "EDBE80", "EDBFBF",
        "EDA080EDB080", "EDAFBFEDBFBF", "F4908080", "F7BFBFBF", "CEBAF4908080656469746564",
    ];

    public static IEnumerable<RfcCase> All
    {
        get
        {
            foreach (var hex in Valid)
            {
                var message = DataWith("a", Convert.FromHexString(hex));
                yield return new($"6 valid {hex}", [Frame(Text, message)], "ack a");
                yield return new($"6 valid {hex} in fragments of a byte", [.. Fragments(Text, message, 1)], "ack a");
            }

            foreach (var hex in Invalid)
            {
                var message = DataWith("a", Convert.FromHexString(hex));
                yield return new($"6 invalid {hex}", [Frame(Text, message)], "close 1007");
                yield return new($"6 invalid {hex} in fragments of a byte", [.. Fragments(Text, message, 1)], "close 1007");
                yield return new($"6 invalid {hex} in a binary message", [Frame(Binary, message), Frame(Text, Data("b"))], "ack b");
            }
        }
    }
}
