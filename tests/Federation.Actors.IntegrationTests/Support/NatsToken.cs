using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using NATS.NKeys;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>
/// The tokens (JWT) of a NATS server with decentralised authentication: an operator vouches for accounts, and these for users.
/// </summary>
/// <seealso href="https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt"/>
internal static class NatsToken
{
    private const int SignatureSize = 64;
    private const int NoLimit = -1;

    /// <summary>An operator's token, signed by itself.</summary>
    public static string Operator(KeyPair key)
        => Sign(key.GetPublicKey(), key, new { type = "operator", version = 2 });

    /// <summary>An account's token, without limits. Limits left out would be zero, and nobody could connect.</summary>
    public static string Account(KeyPair key, KeyPair issuer)
        => Sign(key.GetPublicKey(), issuer, new
        {
            type = "account",
            version = 2,
            limits = new
            {
                subs = NoLimit,
                data = NoLimit,
                payload = NoLimit,
                conn = NoLimit,
                leaf = NoLimit,
                imports = NoLimit,
                exports = NoLimit,
            },
        });

    /// <summary>A user's token, without limits.</summary>
    /// <param name="publicKey">The user.</param>
    /// <param name="issuer">The account.</param>
    /// <param name="expires">When it ends; null: never.</param>
    public static string User(string publicKey, KeyPair issuer, DateTimeOffset? expires = null)
        => Sign(publicKey, issuer, new { type = "user", version = 2, subs = NoLimit, data = NoLimit, payload = NoLimit }, expires);

    private static string Sign(string subject, KeyPair issuer, object claims, DateTimeOffset? expires = null)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new { typ = "JWT", alg = "ed25519-nkey" });
        var issued = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { iat = issued, exp = expires?.ToUnixTimeSeconds() ?? 0,
                iss = issuer.GetPublicKey(), sub = subject, name = "test", nats = claims });
        var unsigned = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(body)}";
        var signature = new byte[SignatureSize];
        issuer.Sign(Encoding.ASCII.GetBytes(unsigned), signature);
        return $"{unsigned}.{Base64Url.EncodeToString(signature)}";
    }
}
