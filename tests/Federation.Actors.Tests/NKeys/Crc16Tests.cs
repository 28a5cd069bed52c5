using System.Text;
using NATS.NKeys;

namespace Federation.Actors.Tests.NKeys;

public sealed class Crc16Tests
{
    [Theory]
    [InlineData("", 0x0000)]
    [InlineData("123456789", 0x31C3)]
    [InlineData("abc", 0x9DD6)]
    [InlineData("ABC", 0x3994)]
    [InlineData("ALBERTO", 0xC8B2)]
    [InlineData("This is a string", 0x21E3)]
    public void The_checksum_of_a_text_is_the_published_one(string text, int expected)
        => Assert.Equal(expected, Crc16.Compute(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("7F", 0x8F78)]
    [InlineData("80", 0x9188)]
    [InlineData("FF", 0x1EF0)]
    [InlineData("00017D7E7F80FEFF", 0xE26F)]
    public void The_checksum_of_bytes_with_the_top_bit_set_is_the_published_one(string hex, int expected)
        => Assert.Equal(expected, Crc16.Compute(Convert.FromHexString(hex)));
}
