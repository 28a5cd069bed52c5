using System.Text;
using FsCheck.Xunit;
using NATS.NKeys;

namespace Federation.Actors.Tests.NKeys;

public sealed class Base32Tests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void The_vectors_of_rfc_4648_hold_without_their_padding(string plain, string encoded)
    {
        var data = new byte[plain.Length];

        Assert.Equal(encoded, Base32.Encode(Encoding.ASCII.GetBytes(plain)));
        Assert.True(Base32.TryDecode(encoded, data, out _));
        Assert.Equal(plain, Encoding.ASCII.GetString(data));
    }

    [Property]
    public bool Decoding_gives_back_the_bytes_that_were_encoded(byte[] data)
    {
        var decoded = new byte[data.Length];
        var text = Base32.Encode(data);

        return Base32.TryDecode(text, decoded, out var badIndex) && badIndex == -1 && decoded.AsSpan().SequenceEqual(data);
    }

    [Property]
    public bool An_encoded_text_has_the_announced_length_and_only_letters_of_the_alphabet(byte[] data)
    {
        var text = Base32.Encode(data);

        return text.Length == Base32.EncodedLength(data.Length) && text.All("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".Contains);
    }

    [Theory]
    [InlineData("mZXW6", 0)]
    [InlineData("MZ=W6", 2)]
    [InlineData("MZX16", 3)]
    [InlineData("MZXW ", 4)]
    [InlineData("MZXW\u00C4", 4)]
    [InlineData("MZXW8", 4)]
    public void A_character_outside_the_alphabet_is_pointed_at(string text, int expected)
    {
        Assert.False(Base32.TryDecode(text, new byte[3], out var badIndex));
        Assert.Equal(expected, badIndex);
    }

    [Fact]
    public void A_last_character_with_unused_bits_set_is_refused()
    {
        Assert.True(Base32.TryDecode("MY", new byte[1], out _));
        Assert.False(Base32.TryDecode("MZ", new byte[1], out var badIndex));
        Assert.Equal(1, badIndex);
    }

    [Fact]
    public void Nothing_of_a_refused_text_is_left_in_the_buffer()
    {
        byte[] data = [1, 2, 3];

        Assert.False(Base32.TryDecode("MZXW!", data, out _));
        Assert.All(data, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_text_that_does_not_fill_the_buffer_is_an_error_of_the_caller()
        => Assert.Throws<ArgumentException>(() => Base32.TryDecode("MZXW6", new byte[4], out _));
}
