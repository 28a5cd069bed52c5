using System.Diagnostics;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>The certificates of tests/make-certificates.sh, made once for a class of tests.</summary>
public sealed class TestCertificates : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("certificates-");

    /// <summary>Makes a dialling end trust the test authority and no other.</summary>
    public void Trust(ClientWebSocketOptions options) => options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
    {
        chain!.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(this["ca.pem"]));
        return (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None
            && chain.Build((X509Certificate2)certificate!);
    };

    public async Task InitializeAsync()
    {
        var start = new ProcessStartInfo("bash")
            { ArgumentList = { Script(), _directory.FullName }, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(process.ExitCode == 0, await errors);
    }

    /// <summary>A file the script has made, such as <c>ca.pem</c>, or one to be made beside them.</summary>
    public string this[string name] => Path.Combine(_directory.FullName, name);

    public Task DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private static string Script()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var script = Path.Combine(directory.FullName, "tests", "make-certificates.sh");
            if (File.Exists(script))
            {
                return script;
            }
        }

        throw new FileNotFoundException("tests/make-certificates.sh is in no directory above the tests");
    }
}
