namespace Federation.Actors.Tests.NKeys;

/// <summary>Seeds and public keys that other implementations print in their documentation and tests. They protect nothing.</summary>
internal static class PublishedNKeys
{
    /// <summary>A user, from https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth.</summary>
    public const string UserSeed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";

    /// <summary>The public key of <see cref="UserSeed"/>.</summary>
    public const string UserPublicKey = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

    /// <summary>Every pair, as seed and public key.</summary>
    public static TheoryData<string, string> Pairs => new()
    {
        { UserSeed, UserPublicKey },

        // https://github.com/nats-io/nkeys, the page of its nk tool
        { "SUAKYRHVIOREXV7EUZTBHUHL7NUMHPMAS7QMDU3GTIUWEI5LDNOXD43IZY", "UD466L6EBCM3YY5HEGHJANNTN4LSKTSUXTH7RILHCKEQMQHTBNLHJJXT" },

        // https://github.com/nats-io/nkeys.net: an operator, an account and a user made by nsc
        { "SOAELH6NJCEK4HST5644G4HK7TOAFZGRRJHNM4EUKUY7PPNDLIKO5IH4JM", "ODPWIBQJVIQ42462QAFI2RKJC4RZHCQSIVPRDDHWFCJAP52NRZK6Z2YC" },
        { "SAANWFZ3JINNPERWT3ALE45U7GYT2ZDW6GJUIVPDKUF6GKAX6AISZJMAS4", "AATEJXG7UX4HFJ6ZPRTP22P6OYZER36YYD3GVBOVW7QHLU32P4QFFTZJ" },
        { "SUAGDLNBWI2SGHDRYBHD63NH5FGZSVJUW2J7GAJZXWANQFLDW6G5SXZESU", "UBICBTHDKQRB4LIYA6BMIJ7EA2G7YS7FIWMMVKZJE6M3HS5IVCOLKDY2" },

        // https://github.com/nats-io/nkeys.py
        { "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU", "UCK5N7N66OBOINFXAYC2ACJQYFSOD4VYNU6APEJTAVFZB2SVHLKGEW7L" },

        // https://github.com/nats-io/nkeys.js: made by the Go implementation; the second has a seed of readable bytes
        { "SAAK7IAXLQQ2A65HJCMUBR6IG6GP3AOXQGEPCNQIIAG7ZZ7XCEFIROMY6U", "ACLG5IASA6EMBRAUOXXWX44GNBZPDJO3A3RYDT7FDYYEPBJIBRGP6WHZ" },
        { "SUAGC3DCMVZHI33SMFWGEZLSORXXEYLMMJSXE5DPOJQWYYTFOJ2G64VAPY", "UAHJLSMYZDJCBHQ2SARL37IEALR3TI7VVPZ2MJ7F4SZKNOG7HJJIYW5T" },

        // A server and a cluster over the seed bytes 0 to 31, computed with another Ed25519 (OpenSSL) and another base32
        { "SNAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H2D5U", "NAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3RSWB" },
        { "SCAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4HYO7Q", "CAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3R53J" },
    };

    /// <summary>Signatures: seed, message, and the signature in base64.</summary>
    public static TheoryData<string, string, string> Signatures => new()
    {
        // https://github.com/nats-io/nkeys.py
        {
            "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU",
            "PXoWU7zWAMt75FY",
            "ZaAiVDgB5CeYoXoQ7cBCmq+ZllzUnGUoDVb8C7PilWvCs8XKfUchAUhz2P4BYAF++Dg3w05CqyQFRDiGL6LrDw=="
        },

        // https://github.com/nats-io/nkeys.js
        {
            "SAAK7IAXLQQ2A65HJCMUBR6IG6GP3AOXQGEPCNQIIAG7ZZ7XCEFIROMY6U",
            "2w2TrJVMAqwqZbg0nXovhQ==",
            "F64qNsH2n/XllIX7qYa1YqTTH/K61tPHlvvsN/lhlo+tCpTaKfp0/yWnw5IsQeaiSqwN2rUs20Rk1VV9vtiBBw=="
        },
    };
}
