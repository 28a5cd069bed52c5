using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Unicode;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>Checks that the configured files are readable and have valid contents, which are never shown.</summary>
internal static class FileChecks
{
    /// <returns>Null when the setting is not a file, or its file is valid.</returns>
    internal static SettingsFault? Of(TextSetting text, Func<string, string?> environment)
    {
        var (path, file) = (text.Path, text.Value);
        return text.Kind is not FilePathAttribute { Holds: var holds } ? null
            : holds.Length > 0 ? OfText(path, file, holds)
            : path.EndsWith(".cert_file", StringComparison.Ordinal) ? OfCertificate(text, environment)
            : path.EndsWith("ca_file", StringComparison.Ordinal)
                ? Check(path, file, static content => Certificates.Authorities(content), "a file with certificates in PEM")
            : path.EndsWith(".nkey_file", StringComparison.Ordinal)
                ? Check(path, file, CheckSeed, "a file that holds the nkey seed of a user")
            : path.EndsWith(".peers_file", StringComparison.Ordinal)
                ? Check(path, file, content => PeerTable.Parse(content, file, ((AuthSettings)text.Owner).ProfileNames),
                    "a peer a line, as `federation token` prints it")
            : Readable(path, file);
    }

    private static SettingsFault? Readable(string path, string file) => Check(path, file, static _ => { }, "");

    private static SettingsFault? OfText(string path, string file, string holds) =>
        Check(path, file, CheckText, $"a file that holds {holds}");

    private static void CheckText(byte[] content)
    {
        if (!Utf8.IsValid(content))
        {
            throw new InvalidDataException("the file is not UTF-8");
        }

        if (string.IsNullOrWhiteSpace(Encoding.UTF8.GetString(content)))
        {
            throw new InvalidDataException("the file is empty");
        }
    }

    private static void CheckSeed(byte[] content) =>
        _ = NkeyFile.Seed(Encoding.UTF8.GetString(content)) ?? throw new InvalidDataException("the file has no seed");

    /// <summary>Certificate and key must be readable, and belong together.</summary>
    private static SettingsFault? OfCertificate(TextSetting text, Func<string, string?> environment)
    {
        var (keyFile, password) = text.Owner switch
        {
            TlsServerSettings server => (server.KeyFile, Password(server, environment)),
            TlsClientSettings client => (client.KeyFile, null),
            ClusterTlsSettings cluster => (cluster.KeyFile, null),
            _ => (((TlsNatsSettings)text.Owner).KeyFile, null),
        };
        return keyFile.Length == 0
                ? Check(text.Path, text.Value, content => Certificates.Own(content, null, password), "a PFX, or a key_file as well")
            : Readable("", keyFile) is not null ? Readable(text.Path, text.Value)
            : Check(
                text.Path,
                text.Value,
                content => Certificates.Own(content, File.ReadAllBytes(keyFile), password),
                $"a certificate in PEM whose private key is in {HoconWriter.Quote(keyFile)}");
    }

    /// <summary>The certificates of a setting; none for other settings and for files that <see cref="Of"/> faults.</summary>
    internal static X509Certificate2Collection Certificate(TextSetting text, Func<string, string?> environment)
    {
        var isCertificate = text.Kind is FilePathAttribute && (text.Path.EndsWith(".cert_file", StringComparison.Ordinal)
            || text.Path.EndsWith("ca_file", StringComparison.Ordinal));
        return isCertificate && Of(text, environment) is null
            ? Certificates.Read(File.ReadAllBytes(text.Value), text.Owner is TlsServerSettings server ? Password(server, environment) : null)
            : [];
    }

    private static string? Password(TlsServerSettings tls, Func<string, string?> environment) =>
        tls.CertPasswordEnv.Length > 0 ? environment(tls.CertPasswordEnv)
        : tls.CertPasswordFile.Length > 0 && OfText("", tls.CertPasswordFile, "") is null ? File.ReadAllText(tls.CertPasswordFile).Trim()
        : null;

    private static SettingsFault? Check(string path, string file, Action<byte[]> use, string expected)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException or SecurityException)
        {
            return SettingsFault.Unexpected(path, HoconWriter.Quote(file), "a file that can be read");
        }

        try
        {
            use(content);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException or ArgumentException
            or IOException or UnauthorizedAccessException)
        {
            // An ArgumentException: the key is that of another certificate. The others: its file has just gone.
            return SettingsFault.Unexpected(path, $"{HoconWriter.Quote(file)} ({e.Message.TrimEnd('.')})", expected);
        }
    }
}

/// <summary>The text of an nkey file: the seed of a user, and perhaps other lines.</summary>
internal static class NkeyFile
{
    // The public key of the user, which other programs write into the same file, starts with U alone.
    private const string SeedStart = "SU";

    public static string? Seed(string text) => text.Split('\n', StringSplitOptions.TrimEntries)
        .FirstOrDefault(static line => line.StartsWith(SeedStart, StringComparison.Ordinal));
}
