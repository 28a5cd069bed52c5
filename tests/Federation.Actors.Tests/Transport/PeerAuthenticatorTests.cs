using System.Text;
using Federation.Actors.Settings;
using Federation.Actors.Transport;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Tests.Transport;

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
        Assert.Equal(accepted, Bearer().Accepts(header));

    [Theory]
    [InlineData("edge:pass:word", true)]
    [InlineData("edge:pass", false)]
    [InlineData("Edge:pass:word", false)]
    [InlineData(":pass:word", false)]
    [InlineData("edge:", false)]
    [InlineData("edge", false)]
    [InlineData("", false)]
    public void Basic_credentials_are_accepted_when_name_and_password_are_right(string credentials, bool accepted) =>
        Assert.Equal(accepted, Basic().Accepts("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))));

    [Theory]
    [InlineData("Basic ***")]
    [InlineData("Basic")]
    [InlineData("Bearer ZWRnZTpwYXNzOndvcmQ=")]
    public void A_malformed_basic_header_is_a_failure(string header) => Assert.False(Basic().Accepts(header));

    [Fact]
    public void No_header_and_two_headers_are_failures()
    {
        Assert.False(Bearer().Accepts(StringValues.Empty));
        Assert.False(Bearer().Accepts(new StringValues(["Bearer s3cret-töken", "Bearer s3cret-töken"])));
        Assert.False(Basic().Accepts(StringValues.Empty));
    }

    [Fact]
    public void Without_authentication_everyone_is_accepted() => Assert.True(Create(new AuthSettings()).Accepts(StringValues.Empty));

    [Theory]
    [InlineData("MISSING")]
    [InlineData("EMPTY")]
    public void A_variable_that_is_unset_or_empty_is_named_in_the_error(string variable)
    {
        var bearer = Assert.Throws<MissingCredentialException>(() => Create(new AuthSettings { Type = AuthType.Bearer, BearerTokenEnv = variable }));
        var basic = Assert.Throws<MissingCredentialException>(
            () => Create(new AuthSettings { Type = AuthType.Basic, BasicUsernameEnv = "NAME", BasicPasswordEnv = variable }));

        Assert.Equal($"auth.bearer_token_env: the environment variable {variable} is unset or empty", bearer.Message);
        Assert.Equal($"auth.basic_password_env: the environment variable {variable} is unset or empty", basic.Message);
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

    private PeerAuthenticator Create(AuthSettings settings) => PeerAuthenticator.Create(settings, name => _environment.GetValueOrDefault(name));
}
