using System.Globalization;
using System.Text;

namespace Federation.Actors.Benchmarks.Link;

/// <summary>Payloads as sensors send them: JSON whose values differ from message to message, all of the same length.</summary>
internal static class Telemetry
{
    // More than any compressor looks back: 4,096 of 150 bytes are 600 KB.
    private const int Count = 4096;

    private static readonly string[] Units = ["celsius", "percent", "hPa", "lux", "ppm", "dB"];
    private static readonly string[] Sites = ["north", "south", "roof", "cellar", "yard", "gate"];

    /// <summary>Payloads of so many bytes.</summary>
    /// <param name="size">At least 130.</param>
    /// <param name="isVaried">False: the same one again and again.</param>
    public static byte[][] Make(int size, bool isVaried)
    {
        var random = new Random(20261128);
        var payloads = Enumerable.Range(0, Count).Select(index => Make(size, index, random)).ToArray();
        return isVaried ? payloads : [.. payloads.Select(_ => payloads[0])];
    }

    private static byte[] Make(int size, int index, Random random)
    {
        var text = new StringBuilder("{");
        for (var part = 0; part == 0 || text.Length < size - 130; part++)
        {
            text.Append(part == 0 ? "" : ",").Append(string.Create(CultureInfo.InvariantCulture,
                $"\"sensor{(part == 0 ? "" : part)}\":\"{Sites[random.Next(6)]}-{random.Next(10_000):0000}\",\"at\":{1_764_000_000_000 + (index * 137L) + random.Next(100)},\"value\":{random.NextDouble() * 1000:0.000},\"unit\":\"{Units[random.Next(6)]}\",\"ok\":{(random.Next(10) > 0 ? "true" : "false")}"));
        }

        text.Append(",\"note\":\"");
        while (text.Length < size - 2)
        {
            text.Append((char)('a' + random.Next(26)));
        }

        return Encoding.ASCII.GetBytes(text.Append("\"}").ToString());
    }
}
