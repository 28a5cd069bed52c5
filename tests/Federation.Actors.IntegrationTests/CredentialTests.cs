using System.Globalization;
using Federation.Actors.Configuration;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.NKeys;

namespace Federation.Actors.IntegrationTests;

/// <summary>
/// Files with credentials are replaced while a node runs: the port that receives, the one that sends and the control port come back.
/// </summary>
[Trait("Servers", "All")]
public sealed class CredentialTests : IDisposable
{
    // Printed in the documentation and tests of other nkeys implementations: they protect nothing.
    private const string Seed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
    private const string OtherSeed = "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU";
    private const string OperatorSeed = "SOAELH6NJCEK4HST5644G4HK7TOAFZGRRJHNM4EUKUY7PPNDLIKO5IH4JM";
    private const string AccountSeed = "SAANWFZ3JINNPERWT3ALE45U7GYT2ZDW6GJUIVPDKUF6GKAX6AISZJMAS4";

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("credential-tests-");

    private string File => Path.Combine(_files.FullName, "secret");

    public void Dispose() => _files.Delete(recursive: true);

    [Theory]
    [InlineData("nkey")]
    [InlineData("password")]
    [InlineData("token")]
    public async Task A_secret_that_is_replaced_brings_everything_back(string kind)
    {
        await using var server = await NatsServer.StartAsync(new NatsServerOptions { ConfigText = Configuration(kind, Seed) });
        Replace(Seed + "\n");
        await AssertSurvivesAsync(
            server,
            kind switch
            {
                "nkey" => new NatsSettings { NkeyFile = File },
                "password" => new NatsSettings { User = "node", PasswordFile = File },
                _ => new NatsSettings { TokenFile = File },
            },
            async () =>
            {
                Replace(OtherSeed + "\n");
                await server.ReloadAsync(Configuration(kind, OtherSeed));
            },
            url => kind switch
            {
                "nkey" => new NatsOpts { Url = url, AuthOpts = new NatsAuthOpts { NKey = PublicKey(OtherSeed), Seed = OtherSeed } },
                "password" => new NatsOpts { Url = url, AuthOpts = new NatsAuthOpts { Username = "node", Password = OtherSeed } },
                _ => new NatsOpts { Url = url, AuthOpts = new NatsAuthOpts { Token = OtherSeed } },
            });
    }

    [Fact]
    public async Task A_creds_file_that_is_replaced_before_its_token_expires_brings_everything_back()
    {
        using var @operator = KeyPair.FromSeed(OperatorSeed);
        using var account = KeyPair.FromSeed(AccountSeed);
        await using var server = await NatsServer.StartAsync(new NatsServerOptions
        {
            ConfigText = $$"""
                operator: {{NatsToken.Operator(@operator)}}
                resolver: MEMORY
                resolver_preload: { {{account.GetPublicKey()}}: {{NatsToken.Account(account, @operator)}} }
                """,
        });
        Replace(Creds(NatsToken.User(PublicKey(Seed), account, DateTimeOffset.UtcNow.AddSeconds(8))));
        var lasting = NatsToken.User(PublicKey(Seed), account);
        await AssertSurvivesAsync(
            server,
            new NatsSettings { CredsFile = File },
            () =>
            {
                Replace(Creds(lasting));
                return Task.CompletedTask;
            },
            url => new NatsOpts { Url = url, AuthOpts = new NatsAuthOpts { Jwt = lasting, Seed = Seed } },
            "User Authentication Expired");
    }

    private static async Task AssertSurvivesAsync(
        NatsServer server, NatsSettings nats, Func<Task> replace, Func<string, NatsOpts> caller, string reason = "")
    {
        using var log = new KeptLog();
        await using var node = await TestNode.StartAsync(
            new FederationSettings
            {
                Nats = nats with { Url = server.Url, PingInterval = TimeSpan.FromSeconds(2), ConnectTimeout = TimeSpan.FromSeconds(2) },
                Components =
                [
                    TestNode.Component("edge-in") with
                    {
                        Ports = new PortsSettings
                        {
                            Inputs = [new InputPortSettings { Name = "events", Subject = "events" }],
                            Outputs = [new OutputPortSettings { Name = "ws_data", Subject = "events" },
                                new OutputPortSettings { Name = "ws_control", Subject = "control" }],
                        },
                    },
                ],
            },
            log);
        await node.WhenAsync(static report => report.Ready, "ready");
        await using var sender = await TestPeer.ConnectAsync(
            node.Url, static options => options.SetRequestHeader("X-Federation-Peer", "sender"));
        await using var receiver = await TestPeer.ConnectAsync(
            node.Url, static options => options.SetRequestHeader("X-Federation-Peer", "receiver"));

        await replace();

        await Eventually.TrueAsync(() => log.Lines.Any(line => line.Contains("has lost its connection to the bus", StringComparison.Ordinal)
            && line.Contains(reason, StringComparison.OrdinalIgnoreCase)), "the old credentials are refused: " + reason);
        var sent = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                await sender.SendAsync(TestPeer.Data((++sent).ToString(CultureInfo.InvariantCulture), $$"""{"after":{{sent}}}"""));
                await sender.ReceiveAsync("ack");
                return receiver.Received.Count > 0;
            },
            "what is published reaches the other peer");
        await using var connection = new NatsConnection(caller(server.Url));
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return (await connection.RequestAsync<string, string>("control.peers", "{}")).Data!.Contains(
                        "receiver", StringComparison.Ordinal);
                }
                catch (Exception e) when (e is NatsNoRespondersException or NatsNoReplyException)
                {
                    return false;
                }
            },
            "the control port answers");
        Assert.DoesNotContain(
            log.Lines, static line => line.Contains(Seed, StringComparison.Ordinal) || line.Contains(OtherSeed, StringComparison.Ordinal));
    }

    private static string PublicKey(string seed)
    {
        using var key = KeyPair.FromSeed(seed);
        return key.GetPublicKey();
    }

    private static string Creds(string token) => $"""
        -----BEGIN NATS USER JWT-----
        {token}
        ------END NATS USER JWT------

        -----BEGIN USER NKEY SEED-----
        {Seed}
        ------END USER NKEY SEED------
        """;

    private static string Configuration(string kind, string secret) => kind switch
    {
        "nkey" => $$"""authorization { users: [ { nkey: {{PublicKey(secret)}} } ] }""",
        "password" => $$"""authorization { user: node, password: "{{secret}}" }""",
        _ => $$"""authorization { token: "{{secret}}" }""",
    };

    /// <summary>As a secret store does it: never half a file.</summary>
    private void Replace(string content)
    {
        System.IO.File.WriteAllText(File + ".new", content);
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }
}
