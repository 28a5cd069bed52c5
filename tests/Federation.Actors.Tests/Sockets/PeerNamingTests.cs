using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federation.Actors.Protocol;
using Federation.Actors.Security;
using Federation.Actors.Sockets.Server;
using Microsoft.Extensions.Primitives;

namespace Federation.Actors.Tests.Sockets;

public sealed class PeerNamingTests
{
    private readonly AuthSettings _auth = new()
        { Type = AuthType.Bearer, BearerTokenEnv = "T", Tokens = [new TokenSettings { Name = "edge_a", TokenEnv = "A" }] };
    private readonly ServerSettings _mutual = new() { Tls = new TlsServerSettings { CertFile = "c", ClientCaFile = "ca" } };

    [Fact]
    public void A_token_of_its_own_vouches_for_its_name_and_a_header_does_not()
    {
        var naming = new PeerNaming(Authenticator(_auth), new ServerSettings());

        Assert.Equal(new PeerName("edge_a", Lasting: true) { Vouched = true }, Named(naming, token: "edge_a", claimed: "other"));
        Assert.Equal(new PeerName("edge_b", Lasting: true), Named(naming, claimed: "edge_b"));
        Assert.Null(Named(naming));
    }

    [Fact]
    public void A_header_does_not_take_the_name_of_a_token() =>
        Assert.Equal(403, Refused(new PeerNaming(Authenticator(_auth), new ServerSettings()), claimed: "edge_a"));

    [Theory]
    [InlineData("client-1")]
    [InlineData("client-4000000000")]
    public void A_header_does_not_take_a_generated_name(string claimed)
    {
        Assert.Equal(403, Refused(new PeerNaming(Authenticator(new AuthSettings()), new ServerSettings()), claimed: claimed));
        Assert.Equal(403, Refused(new PeerNaming(Authenticator(new AuthSettings()), _mutual), commonName: "CN=" + claimed));
        Assert.Equal("client-a", Named(new PeerNaming(Authenticator(new AuthSettings()), new ServerSettings()), claimed: "client-a")?.Identity);
    }

    [Fact]
    public void Where_certificates_give_names_no_header_does()
    {
        var naming = new PeerNaming(Authenticator(_auth), _mutual);

        Assert.Equal(403, Refused(naming, commonName: "O=Acme", claimed: "edge_b"));
        Assert.Equal(403, Refused(naming, claimed: "edge_b"));
        Assert.Null(Named(naming, commonName: "O=Acme"));
        Assert.Null(Named(naming));
        Assert.Equal("edge_a", Named(naming, token: "edge_a")?.Identity);
        Assert.Equal(403, Refused(new PeerNaming(Authenticator(_auth), new ServerSettings()), commonName: "O=Acme", claimed: "edge_b"));
    }

    [Fact]
    public void A_certificate_vouches_for_its_name_which_is_mapped_and_cut()
    {
        var naming = new PeerNaming(Authenticator(_auth), _mutual);

        Assert.Equal(new PeerName("edge_7_north", Lasting: true)
            { Vouched = true }, Named(naming, commonName: "CN=edge 7.north", claimed: "edge_b"));
        Assert.Equal(new string('a', 64), Named(naming, commonName: "CN=" + new string('a', 64) + "b")?.Identity);
    }

    [Fact]
    public void Of_two_certificates_that_become_one_name_the_second_is_refused()
    {
        var naming = new PeerNaming(Authenticator(_auth), _mutual);

        Assert.Equal("edge_1", Named(naming, commonName: "CN=edge.1")?.Identity);
        Assert.Equal(403, Refused(naming, commonName: "CN=edge_1"));
        Assert.Equal(403, Refused(naming, commonName: "CN=edge 1"));
        Assert.Equal("edge_1", Named(naming, commonName: "CN=edge.1")?.Identity);
    }

    [Fact]
    public void A_certificate_does_not_take_the_name_of_a_token_unless_it_comes_with_that_token()
    {
        var naming = new PeerNaming(Authenticator(_auth), _mutual);

        Assert.Equal(403, Refused(naming, commonName: "CN=edge.a"));
        Assert.Equal(403, Refused(naming, commonName: "CN=edge_a"));
        Assert.Equal("edge_a", Named(naming, commonName: "CN=edge_a", token: "edge_a")?.Identity);
    }

    [Fact]
    public void A_header_that_is_not_a_name_is_refused_also_beside_a_certificate() =>
        Assert.Equal(400, Refused(new PeerNaming(Authenticator(_auth), _mutual), commonName: "CN=edge", claimed: "a b"));

    private static PeerAuthenticator Authenticator(AuthSettings auth) => PeerAuthenticator.Create(auth, static name => name);

    private static PeerName? Named(PeerNaming naming, string? commonName = null, string? token = null, string? claimed = null)
    {
        using var certificate = commonName is null ? null : Certificate(commonName);
        Assert.Null(naming.Name(certificate is not null, PeerIdentity.CommonNameOf(certificate), token, Header(claimed), out var name));
        return name;
    }

    private static int? Refused(PeerNaming naming, string? commonName = null, string? token = null, string? claimed = null)
    {
        using var certificate = commonName is null ? null : Certificate(commonName);
        var refusal = naming.Name(certificate is not null, PeerIdentity.CommonNameOf(certificate), token, Header(claimed), out var name);
        Assert.Null(name);
        return refusal?.Status;
    }

    private static StringValues Header(string? value) => value is null ? StringValues.Empty : value;

    private static X509Certificate2 Certificate(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddHours(1));
    }
}
