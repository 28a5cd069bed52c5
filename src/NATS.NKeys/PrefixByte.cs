namespace NATS.NKeys;

/// <summary>
/// What a key is for. The value is the first byte of the encoded key; its upper five bits become the letter that the text starts with.
/// </summary>
/// <seealso href="https://github.com/nats-io/nkeys"/>
internal enum PrefixByte : byte
{
    /// <summary>'A': an account, the issuer of users.</summary>
    Account = 0 << 3,

    /// <summary>'C': a cluster.</summary>
    Cluster = 2 << 3,

    /// <summary>'N': a server.</summary>
    Server = 13 << 3,

    /// <summary>'O': an operator, the issuer of accounts.</summary>
    Operator = 14 << 3,

    /// <summary>'S': not a key, but the seed of one. The letter after it tells of which.</summary>
    Seed = 18 << 3,

    /// <summary>'U': a user, which is what a client connects as.</summary>
    User = 20 << 3,

    /// <summary>'X': an X25519 key, which encrypts and cannot sign.</summary>
    Curve = 23 << 3,
}
