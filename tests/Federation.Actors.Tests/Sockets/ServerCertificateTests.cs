using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federation.Actors.Sockets.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.Tests.Sockets;

/// <summary>What is said of a server whose certificate is not accepted.</summary>
public sealed class ServerCertificateTests : IDisposable
{
    private static readonly DateTimeOffset Today = new(DateTime.UtcNow.Date, TimeSpan.Zero);
    private readonly X509Certificate2 _authority = Authority("Test authority");
    private readonly TemporaryFile _ca;

    public ServerCertificateTests() => _ca = new TemporaryFile(_authority.ExportCertificatePem());

    public void Dispose()
    {
        _ca.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData(-9, -3, "127.0.0.1", "expired on ")]
    [InlineData(3, 9, "127.0.0.1", "is not valid before ")]
    [InlineData(-3, 3, "192.0.2.1", "is not for 127.0.0.1")]
    public async Task The_names_and_dates_of_a_wrong_certificate_are_in_the_reason(int from, int to, string name, string fault)
    {
        var message = await FailAsync(_authority, from, to, name);

        Assert.Contains(fault, message, StringComparison.Ordinal);
        Assert.Contains($"CN=hub, for hub.example, {name}, valid from {Today.AddDays(from):yyyy-MM-dd} 00:00:00Z to "
            + $"{Today.AddDays(to):yyyy-MM-dd} 00:00:00Z", message, StringComparison.Ordinal);
        Assert.DoesNotContain("not trusted", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_is_not_trusted_is_named()
    {
        using var other = Authority("Other \u001b authority");

        Assert.Contains("is issued by CN=Other ? authority, which is not trusted",
            await FailAsync(other, -3, 3, "127.0.0.1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_speaks_no_TLS_is_said_to()
    {
        await using var server = new ScriptedServer("HTTP/1.1 400 Bad Request\r\n\r\n");
        using var dialer = Dialer();

        var failure = await Assert.ThrowsAsync<DialFailedException>(
            () => dialer.DialAsync(new Uri($"wss://127.0.0.1:{server.Port}/"), CancellationToken.None));

        Assert.DoesNotContain("certificate", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
    }

    private async Task<string> FailAsync(X509Certificate2 authority, int from, int to, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hub", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("hub.example");
        names.AddIpAddress(System.Net.IPAddress.Parse(name));
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, Today.AddDays(from), Today.AddDays(to), [1, 2, 3, (byte)(to + 10)]);
        using var own = issued.CopyWithPrivateKey(key);
        using var shown = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
        await using var server = new ScriptedServer(
            static (_, _) => Task.CompletedTask,
            async network =>
            {
                var stream = new SslStream(network);
                await stream.AuthenticateAsServerAsync(shown);
                return stream;
            });
        using var dialer = Dialer();

        var failure = await Assert.ThrowsAsync<DialFailedException>(
            () => dialer.DialAsync(new Uri($"wss://127.0.0.1:{server.Port}/"), CancellationToken.None));

        Assert.True(failure.IsLasting);
        Assert.Equal(1, server.Connections);
        return failure.Message;
    }

    private WebSocketDialer Dialer() => new(
        new ComponentSettings { Name = "link", Mode = ComponentMode.Client,
            Client = new ClientSettings { Tls = new TlsClientSettings { CaFile = _ca.Path } } },
        "node-1-link",
        NullLoggerFactory.Instance,
        static _ => null);

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(Today.AddDays(-20), Today.AddDays(20));
    }
}
