namespace NATS.NKeys;

/// <summary>
/// CRC-16/XMODEM: polynomial 0x1021, initial value 0, nothing reflected. It guards an nkey's text against typing errors, not against
/// forgery.
/// </summary>
/// <seealso href="https://reveng.sourceforge.io/crc-catalogue/16.htm#crc.cat.crc-16-xmodem"/>
internal static class Crc16
{
    private const ushort Polynomial = 0x1021;
    private const ushort TopBit = 0x8000;

    /// <summary>Computes the checksum of <paramref name="data"/>; of no bytes it is 0.</summary>
    /// <remarks>Bit by bit, without a table: an nkey has 34 bytes and is read once per connection.</remarks>
    public static ushort Compute(ReadOnlySpan<byte> data)
    {
        var crc = 0;
        foreach (var value in data)
        {
            crc ^= value << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & TopBit) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            }
        }

        return (ushort)crc;
    }
}
