using System.Text;
using NATS.NKeys;
using NSec.Cryptography;

namespace Federation.Actors.Tests.NKeys;

public sealed class KeyPairTests
{
    [Theory]
    [MemberData(nameof(PublishedNKeys.Pairs), MemberType = typeof(PublishedNKeys))]
    public void A_published_seed_gives_its_published_public_key(string seed, string publicKey)
    {
        using var pair = KeyPair.FromSeed(seed);

        Assert.Equal(publicKey, pair.GetPublicKey());
    }

    [Theory]
    [MemberData(nameof(PublishedNKeys.Signatures), MemberType = typeof(PublishedNKeys))]
    public void A_signature_is_the_one_that_other_implementations_make(string seed, string message, string signature)
    {
        using var pair = KeyPair.FromSeed(seed);
        var actual = new byte[64];

        pair.Sign(Encoding.ASCII.GetBytes(message), actual);

        Assert.Equal(signature, Convert.ToBase64String(actual));
    }

    [Fact]
    public void A_signature_verifies_with_the_public_key_and_only_over_the_signed_message()
    {
        using var pair = KeyPair.FromSeed(PublishedNKeys.UserSeed);
        var publicKey = RawPublicKey(pair.GetPublicKey());
        var signature = new byte[64];

        pair.Sign("a nonce"u8.ToArray(), signature);

        Assert.True(SignatureAlgorithm.Ed25519.Verify(publicKey, "a nonce"u8, signature));
        Assert.False(SignatureAlgorithm.Ed25519.Verify(publicKey, "another"u8, signature));
    }

    [Fact]
    public void An_empty_message_can_be_signed()
    {
        using var pair = KeyPair.FromSeed(PublishedNKeys.UserSeed);
        var signature = new byte[64];

        pair.Sign(ReadOnlyMemory<byte>.Empty, signature);

        Assert.True(SignatureAlgorithm.Ed25519.Verify(RawPublicKey(pair.GetPublicKey()), [], signature));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public void A_signature_buffer_of_another_size_is_refused(int size)
    {
        using var pair = KeyPair.FromSeed(PublishedNKeys.UserSeed);

        var error = Assert.Throws<ArgumentException>(() => pair.Sign("a nonce"u8.ToArray(), new byte[size]));

        Assert.Equal("signature", error.ParamName);
    }

    [Fact]
    public void A_disposed_pair_does_not_sign_but_still_tells_its_public_key()
    {
        var pair = KeyPair.FromSeed(PublishedNKeys.UserSeed);
        pair.Dispose();
        pair.Dispose();

        Assert.Throws<ObjectDisposedException>(() => pair.Sign("a nonce"u8.ToArray(), new byte[64]));
        Assert.Equal(PublishedNKeys.UserPublicKey, pair.GetPublicKey());
    }

    [Fact]
    public void The_text_of_a_pair_is_its_public_key_and_not_its_seed()
    {
        using var pair = KeyPair.FromSeed(PublishedNKeys.UserSeed);

        Assert.Equal(PublishedNKeys.UserPublicKey, pair.ToString());
    }

    [Fact]
    public void The_assembly_has_the_name_that_the_nats_client_asks_for()
    {
        var wanted = typeof(NATS.Client.Core.NatsConnection).Assembly.GetReferencedAssemblies().Single(name => name.Name is "NATS.NKeys");

        Assert.Equal(wanted.FullName, typeof(KeyPair).Assembly.FullName);
    }

    private static PublicKey RawPublicKey(string encoded)
    {
        var raw = new byte[35];
        Assert.True(Base32.TryDecode(encoded, raw, out _));
        return PublicKey.Import(SignatureAlgorithm.Ed25519, raw.AsSpan(1, 32), KeyBlobFormat.RawPublicKey);
    }
}
