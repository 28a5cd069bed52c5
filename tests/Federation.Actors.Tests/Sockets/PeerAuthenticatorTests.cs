using System.Text;
using Federation.Actors.Security;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Tests.Sockets;

public sealed class PeerAuthenticatorTests
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal)
    {
        ["TOKEN"] = "s3cret-töken",
        ["NAME"] = "edge",
        ["PASSWORD"] = "pass:word",
        ["EMPTY"] = "",
    };

    [Theory]
    [InlineData("Bearer s3cret-töken", true)]
    [InlineData("bearer  s3cret-töken ", true)]
    [InlineData("Bearer s3cret-töke", false)]
    [InlineData("Bearer s3cret-tökens", false)]
    [InlineData("Bearer S3CRET-TÖKEN", false)]
    [InlineData("Bearer", false)]
    [InlineData("Bearer ", false)]
    [InlineData("Bearers3cret-töken", false)]
    [InlineData("s3cret-töken", false)]
    [InlineData("Basic s3cret-töken", false)]
    [InlineData("", false)]
    public void A_bearer_token_is_accepted_when_it_is_the_one(string header, bool accepted) =>
        Assert.Equal(accepted, Bearer().Accepts(header, out _));

    [Theory]
    [InlineData("edge:pass:word", true)]
    [InlineData("edge:pass", false)]
    [InlineData("Edge:pass:word", false)]
    [InlineData(":pass:word", false)]
    [InlineData("edge:", false)]
    [InlineData("edge", false)]
    [InlineData("", false)]
    public void Basic_credentials_are_accepted_when_name_and_password_are_right(string credentials, bool accepted) =>
        Assert.Equal(accepted, Basic().Accepts("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)), out _));

    [Theory]
    [InlineData("Basic ***")]
    [InlineData("Basic")]
    [InlineData("Bearer ZWRnZTpwYXNzOndvcmQ=")]
    public void A_malformed_basic_header_is_a_failure(string header) => Assert.False(Basic().Accepts(header, out _));

    [Fact]
    public void No_header_and_two_headers_are_failures()
    {
        Assert.False(Bearer().Accepts(StringValues.Empty, out _));
        Assert.False(Bearer().Accepts(new StringValues(["Bearer s3cret-töken", "Bearer s3cret-töken"]), out _));
        Assert.False(Basic().Accepts(StringValues.Empty, out _));
    }

    [Fact]
    public void Without_authentication_everyone_is_accepted() => Assert.True(Create(new AuthSettings()).Accepts(StringValues.Empty, out _));

    [Theory]
    [InlineData("MISSING")]
    [InlineData("EMPTY")]
    public void A_variable_that_is_unset_or_empty_is_named_in_the_error(string variable)
    {
        var bearer = Assert.Throws<MissingCredentialException>(
            () => Create(new AuthSettings { Type = AuthType.Bearer, BearerTokenEnv = variable }));
        var basic = Assert.Throws<MissingCredentialException>(
            () => Create(new AuthSettings { Type = AuthType.Basic, BasicUsernameEnv = "NAME", BasicPasswordEnv = variable }));

        Assert.Equal($"auth.bearer_token_env: the environment variable {variable} is unset or empty", bearer.Message);
        Assert.Equal($"auth.basic_password_env: the environment variable {variable} is unset or empty", basic.Message);
    }

    [Fact]
    public void A_basic_user_name_with_a_colon_is_an_error_that_does_not_show_it()
    {
        var error = Assert.Throws<MissingCredentialException>(
            () => PeerAuthenticator.Create(
                new AuthSettings { Type = AuthType.Basic, BasicUsernameEnv = "NAME", BasicPasswordEnv = "PASSWORD" }, static _ => "ed:ge"));

        Assert.Contains("auth.basic_username_env: the environment variable NAME contains a user name with a colon",
            error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ed:ge", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("t0ken\n")]
    [InlineData(" t0ken\r\n")]
    public void Blanks_around_a_token_in_a_variable_do_not_count_as_no_header_could_bring_them(string value)
    {
        var shared = new AuthSettings { Type = AuthType.Bearer, BearerTokenEnv = "TOKEN" };
        var own = new AuthSettings { Type = AuthType.Bearer, Tokens = [new TokenSettings { Name = "edge", TokenEnv = "TOKEN" }] };

        Assert.True(PeerAuthenticator.Create(shared, _ => value).Accepts("Bearer t0ken", out _));
        Assert.True(PeerAuthenticator.Create(own, _ => value).Accepts("Bearer t0ken", out var credential));
        Assert.Equal("edge", credential?.Name);
        Assert.Throws<MissingCredentialException>(() => PeerAuthenticator.Create(shared, static _ => " \n"));
    }

    [Fact]
    public void Each_of_many_tokens_says_who_its_peer_is_and_the_shared_one_says_nothing()
    {
        using var file = new TemporaryFile("t0ken-8\n");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            { ["SHARED"] = "t0ken", ["SEVEN"] = "t0ken-7", ["NEXT"] = "t0ken-7b" };
        var authenticator = PeerAuthenticator.Create(
            new AuthSettings
            {
                Type = AuthType.Bearer,
                BearerTokenEnv = "SHARED",
                Tokens =
                [
                    new TokenSettings { Name = "edge-7", TokenEnv = "SEVEN" },
                    new TokenSettings { Name = "edge-8", TokenFile = file.Path },
                    new TokenSettings { Name = "edge-7", TokenEnv = "NEXT" },
                ],
            },
            environment.GetValueOrDefault);

        Assert.Equal((true, null), Shown("t0ken"));
        Assert.Equal((true, "edge-7"), Shown("t0ken-7"));
        Assert.Equal((true, "edge-8"), Shown("t0ken-8"));
        Assert.Equal((true, "edge-7"), Shown("t0ken-7b"));
        Assert.Equal((false, null), Shown("t0ken-9"));

        (bool Accepted, string? Name) Shown(string token) => (authenticator.Accepts($"Bearer {token}", out var credential), credential?.Name);
    }

    [Fact]
    public void A_token_in_a_file_is_the_one_that_is_there_now()
    {
        using var file = new TemporaryFile("first");
        var time = new ManualTime();
        var authenticator = PeerAuthenticator.Create(
            new AuthSettings { Type = AuthType.Bearer, BearerTokenFile = file.Path }, static _ => null, null, time);
        Assert.True(authenticator.Accepts("Bearer first", out _));

        File.WriteAllText(file.Path, "second");
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(authenticator.Accepts("Bearer first", out _));
        Assert.True(authenticator.Accepts("Bearer second", out _));
    }

    [Fact]
    public void A_file_that_holds_no_token_is_named_in_the_error()
    {
        using var file = new TemporaryFile(" ");

        var shared = Assert.Throws<MissingCredentialException>(
            () => Create(new AuthSettings { Type = AuthType.Bearer, BearerTokenFile = file.Path }));
        var own = Assert.Throws<MissingCredentialException>(() => Create(new AuthSettings
        {
            Type = AuthType.Bearer,
            Tokens = [new TokenSettings { Name = "a", TokenFile = "nowhere" }],
        }));

        Assert.Equal($"auth.bearer_token_file: the file {file.Path} cannot be read, is empty or is not UTF-8", shared.Message);
        Assert.Equal("auth.tokens[0].token_file: the file nowhere cannot be read, is empty or is not UTF-8", own.Message);
    }

    [Fact]
    public void A_user_name_and_a_password_in_files_are_read_again_when_they_change()
    {
        using var name = new TemporaryFile("edge\n");
        using var password = new TemporaryFile("first\n");
        var time = new ManualTime();
        var basic = PeerAuthenticator.Create(
            new AuthSettings { Type = AuthType.Basic, BasicUsernameFile = name.Path, BasicPasswordFile = password.Path }, static _ =>
                null, null, time);
        Assert.True(basic.Accepts(Header("edge:first"), out _));

        File.WriteAllText(password.Path, "second");
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(basic.Accepts(Header("edge:first"), out _));
        Assert.True(basic.Accepts(Header("edge:second"), out _));

        static string Header(string credentials) => "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(credentials));
    }

    [Fact]
    public void A_user_name_in_a_file_has_no_colon()
    {
        using var file = new TemporaryFile("ed:ge");

        var error = Assert.Throws<MissingCredentialException>(
            () => Create(new AuthSettings { Type = AuthType.Basic, BasicUsernameFile = file.Path, BasicPasswordEnv = "PASSWORD" }));

        Assert.Equal(
            $"auth.basic_username_file: the file {file.Path} contains a user name with a colon, which a header cannot carry",
            error.Message);
    }

    [Fact]
    public void Nothing_shows_the_secret()
    {
        Assert.DoesNotContain("s3cret", $"{Bearer()} {Bearer().Challenge}", StringComparison.Ordinal);
        Assert.DoesNotContain("pass:word", $"{Basic()} {Basic().Challenge}", StringComparison.Ordinal);
    }

    private PeerAuthenticator Bearer() => Create(new AuthSettings { Type = AuthType.Bearer, BearerTokenEnv = "TOKEN" });

    private PeerAuthenticator Basic() =>
        Create(new AuthSettings { Type = AuthType.Basic, BasicUsernameEnv = "NAME", BasicPasswordEnv = "PASSWORD" });

    private PeerAuthenticator Create(AuthSettings settings) =>
        PeerAuthenticator.Create(settings, name => _environment.GetValueOrDefault(name));
}
