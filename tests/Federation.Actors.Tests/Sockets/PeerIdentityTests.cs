using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federation.Actors.Sockets.Server;

namespace Federation.Actors.Tests.Sockets;

public sealed class PeerIdentityTests
{
    [Theory]
    [InlineData("CN=edge-7", "edge-7")]
    [InlineData("CN=edge 7.north", "edge 7.north")]
    [InlineData("O=Acme, OU=North, CN=edge-7", "edge-7")]
    [InlineData("CN=edge-7, OU=North, O=Acme", "edge-7")]
    [InlineData("CN=kante-ü", "kante-ü")]
    [InlineData("O=Acme", null)]
    [InlineData("", null)]
    public void A_certificate_names_its_peer_by_the_CN_and_by_nothing_else(string subject, string? identity)
    {
        using var certificate = Certificate(subject);

        Assert.Equal(identity, PeerIdentity.CommonNameOf(certificate));
    }

    [Theory]
    [InlineData("CN=edge-7,OU=North,O=Acme", "edge-7")]
    [InlineData("O=Acme,CN=edge 7", "edge 7")]
    [InlineData("edge-7", "edge-7")]
    [InlineData("O=Acme", null)]
    [InlineData("/O=Acme/CN=edge-7", null)]
    [InlineData("", null)]
    public void A_proxy_tells_the_subject_of_a_certificate_or_its_CN(string told, string? identity) =>
        Assert.Equal(identity, PeerIdentity.CommonNameIn(told));

    [Fact]
    public void No_certificate_names_nobody() => Assert.Null(PeerIdentity.CommonNameOf(null));

    private static X509Certificate2 Certificate(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddHours(1));
    }
}
