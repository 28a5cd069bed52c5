using NATS.NKeys;

namespace Federation.Actors.Tests.NKeys;

public sealed class BadSeedTests
{
    private const string Seed = PublishedNKeys.UserSeed;

    [Fact]
    public void A_seed_with_a_flipped_character_is_refused()
    {
        // Every other character at every place: a 16-bit checksum notices each change that lies within 16 bits.
        for (var index = 0; index < Seed.Length; index++)
        {
            foreach (var character in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
            {
                if (character != Seed[index])
                {
                    Refused(With(index, character));
                }
            }
        }
    }

    [Fact]
    public void A_flipped_character_in_the_middle_is_called_a_bad_checksum()
        => Assert.Contains("checksum", Refused(With(30, Seed[30] == 'A' ? 'B' : 'A')).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 's')]
    [InlineData(7, '0')]
    [InlineData(20, '=')]
    [InlineData(57, '\n')]
    [InlineData(33, '\u00DC')]
    public void A_character_outside_base32_is_refused_with_its_position(int index, char character)
        => Assert.StartsWith($"Bad character at position {index + 1} ", Refused(With(index, character)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3V")]
    [InlineData("SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VYA")]
    [InlineData("SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY\n")]
    public void A_seed_of_another_length_is_refused_with_both_lengths(string seed)
    {
        var message = Refused(seed).Message;

        Assert.StartsWith("Bad length", message, StringComparison.Ordinal);
        Assert.Contains("58", message, StringComparison.Ordinal);
        Assert.Contains($"has {seed.Length}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_key_in_place_of_a_seed_is_recognised()
        => Assert.Contains("public key", Refused(PublishedNKeys.UserPublicKey).Message, StringComparison.Ordinal);

    // Well-formed texts over the bytes 0 to 31 with a valid checksum, so that the prefix alone is at fault.
    [Theory]
    [InlineData("SXAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H74KM", "curve")]
    [InlineData("SZAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H5QEE", "one of A, C, N, O and U")]
    [InlineData("SPAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H2BFM", "one of A, C, N, O and U")]
    [InlineData("SSAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H6YVQ", "one of A, C, N, O and U")]
    [InlineData("PUAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H7OC4", "starts with 'S'")]
    [InlineData("SUAQAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4HZDPM", "not zero")]
    public void A_seed_with_a_wrong_prefix_is_refused(string seed, string reason)
    {
        var message = Refused(seed).Message;

        Assert.StartsWith("Wrong prefix", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    private static string With(int index, char character) => string.Concat(Seed.AsSpan(0, index), [character], Seed.AsSpan(index + 1));

    // Refused, and without a word of the secret: no eight characters of it in a row are in the exception.
    private static NKeysException Refused(string seed)
    {
        var error = Assert.Throws<NKeysException>(() => KeyPair.FromSeed(seed));
        var text = error.ToString();
        for (var start = 0; start + 8 <= seed.Length; start++)
        {
            Assert.DoesNotContain(seed.Substring(start, 8), text, StringComparison.OrdinalIgnoreCase);
        }

        return error;
    }
}
