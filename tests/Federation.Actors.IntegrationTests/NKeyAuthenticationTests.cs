using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.NKeys;

namespace Federation.Actors.IntegrationTests;

/// <summary>The NATS client signs a real server's challenge through NATS.NKeys.</summary>
[Trait("Servers", "All")]
public sealed class NKeyAuthenticationTests
{
    // Printed in the documentation and tests of other nkeys implementations: they protect nothing.
    internal const string Seed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
    internal const string PublicKey = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
    private const string StrangerSeed = "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU";
    private const string OperatorSeed = "SOAELH6NJCEK4HST5644G4HK7TOAFZGRRJHNM4EUKUY7PPNDLIKO5IH4JM";
    private const string AccountSeed = "SAANWFZ3JINNPERWT3ALE45U7GYT2ZDW6GJUIVPDKUF6GKAX6AISZJMAS4";

    // Loopback answers in milliseconds; this is for a busy machine.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly NatsServerOptions NKeyServer = new()
    {
        ConfigText = $$"""authorization { users: [ { nkey: {{PublicKey}} } ] }""",
    };

    [Fact]
    public async Task The_right_seed_connects_and_pings()
    {
        await using var server = await NatsServer.StartAsync(NKeyServer);
        await using var connection = Connect(server, new NatsAuthOpts { NKey = PublicKey, Seed = Seed });

        await connection.ConnectAsync().AsTask().WaitAsync(Limit);

        Assert.True(await connection.PingAsync().AsTask().WaitAsync(Limit) > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_seed_that_is_not_the_keys_own_is_refused()
    {
        await using var server = await NatsServer.StartAsync(NKeyServer);

        await AssertRefusedAsync(server, new NatsAuthOpts { NKey = PublicKey, Seed = StrangerSeed });
    }

    [Fact]
    public async Task A_user_whom_the_server_does_not_know_is_refused()
    {
        using var stranger = KeyPair.FromSeed(StrangerSeed);
        await using var server = await NatsServer.StartAsync(NKeyServer);

        await AssertRefusedAsync(server, new NatsAuthOpts { NKey = stranger.GetPublicKey(), Seed = StrangerSeed });
    }

    [Fact]
    public async Task A_client_without_an_nkey_is_refused()
    {
        await using var server = await NatsServer.StartAsync(NKeyServer);

        await AssertRefusedAsync(server, NatsAuthOpts.Default);
    }

    [Fact]
    public async Task A_damaged_seed_fails_without_being_shown()
    {
        var damaged = string.Concat(Seed.AsSpan(0, Seed.Length - 1), "Q");
        await using var server = await NatsServer.StartAsync(NKeyServer);
        await using var connection = Connect(server, new NatsAuthOpts { NKey = PublicKey, Seed = damaged });

        var error = await Assert.ThrowsAnyAsync<Exception>(() => connection.ConnectAsync().AsTask().WaitAsync(Limit));

        Assert.Contains("Invalid CRC", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(damaged[..16], error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_token_and_its_seed_connect_and_ping()
    {
        await using var server = await NatsServer.StartAsync(TokenServer());
        await using var connection = Connect(server, new NatsAuthOpts { Jwt = UserToken(), Seed = Seed });

        await connection.ConnectAsync().AsTask().WaitAsync(Limit);

        Assert.True(await connection.PingAsync().AsTask().WaitAsync(Limit) > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_user_token_with_another_seed_is_refused()
    {
        await using var server = await NatsServer.StartAsync(TokenServer());

        await AssertRefusedAsync(server, new NatsAuthOpts { Jwt = UserToken(), Seed = StrangerSeed });
    }

    private static NatsConnection Connect(NatsServer server, NatsAuthOpts auth)
        => new(NatsOpts.Default with { Url = server.Url, AuthOpts = auth, ConnectTimeout = Limit });

    private static async Task AssertRefusedAsync(NatsServer server, NatsAuthOpts auth)
    {
        await using var connection = Connect(server, auth);

        var error = await Assert.ThrowsAnyAsync<NatsException>(() => connection.ConnectAsync().AsTask().WaitAsync(Limit));

        Assert.Contains("Authorization Violation", error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static NatsServerOptions TokenServer()
    {
        using var @operator = KeyPair.FromSeed(OperatorSeed);
        using var account = KeyPair.FromSeed(AccountSeed);
        return new NatsServerOptions
        {
            ConfigText = $$"""
                operator: {{NatsToken.Operator(@operator)}}
                resolver: MEMORY
                resolver_preload: { {{account.GetPublicKey()}}: {{NatsToken.Account(account, @operator)}} }
                """,
        };
    }

    private static string UserToken()
    {
        using var account = KeyPair.FromSeed(AccountSeed);
        return NatsToken.User(PublicKey, account);
    }
}
