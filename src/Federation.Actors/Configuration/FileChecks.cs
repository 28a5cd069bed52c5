using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>Whether the files that settings name are there, and hold what they should. What is in them is not shown.</summary>
internal static class FileChecks
{
    internal static IEnumerable<SettingsFault> Run(FederationSettings settings, Func<string, string?> environment)
    {
        var nats = settings.Nats;
        return
        [
            .. Text("federation.nats.password_file", nats.PasswordFile, "the password"),
            .. Text("federation.nats.token_file", nats.TokenFile, "the token"),
            .. Text("federation.admin.token_file", settings.Admin.TokenFile, "the token"),
            .. NkeySeed("federation.nats.nkey_file", nats.NkeyFile),
            .. Readable("federation.nats.creds_file", nats.CredsFile),
            .. Authorities("federation.nats.tls.ca_file", nats.Tls.CaFile),
            .. Pair("federation.nats.tls", nats.Tls.CertFile, nats.Tls.KeyFile, null),
            .. settings.Components.SelectMany(component =>
                Run(component, EffectiveConfiguration.ComponentPath(component.Name), environment)),
        ];
    }

    private static IEnumerable<SettingsFault> Run(ComponentSettings component, string path, Func<string, string?> environment)
    {
        var (auth, client, server) = (component.Auth, component.Client.Tls, component.Server.Tls);
        var isServer = component.Mode == ComponentMode.Server;
        if (auth.Type == AuthType.Bearer)
        {
            var tokens = auth.Tokens.Take(isServer ? auth.Tokens.Count : 0)
                .SelectMany((token, i) => Token($"{path}.auth.tokens[{i}].token_file", token.TokenFile));
            foreach (var fault in Token($"{path}.auth.bearer_token_file", auth.BearerTokenFile).Concat(tokens))
            {
                yield return fault;
            }
        }

        if (auth.Type == AuthType.Basic)
        {
            foreach (var fault in Text($"{path}.auth.basic_username_file", auth.BasicUsernameFile, "the user name")
                .Concat(Text($"{path}.auth.basic_password_file", auth.BasicPasswordFile, "the password")))
            {
                yield return fault;
            }
        }

        var passwordFaults = isServer ? Text($"{path}.server.tls.cert_password_file", server.CertPasswordFile, "the password").ToList() : [];
        foreach (var fault in passwordFaults)
        {
            yield return fault;
        }

        var password = server.CertPasswordEnv.Length > 0 ? environment(server.CertPasswordEnv)
            : server.CertPasswordFile.Length > 0 && passwordFaults.Count == 0 ? File.ReadAllText(server.CertPasswordFile).Trim()
            : null;
        var tls = isServer
            ? Pair($"{path}.server.tls", server.CertFile, server.KeyFile, password)
                .Concat(Authorities($"{path}.server.tls.client_ca_file", server.ClientCaFile))
            : Pair($"{path}.client.tls", client.CertFile, client.KeyFile, null)
                .Concat(Authorities($"{path}.client.tls.ca_file", client.CaFile));
        foreach (var fault in tls)
        {
            yield return fault;
        }
    }

    private static IEnumerable<SettingsFault> Readable(string path, string file) =>
        Check(path, file, static _ => { }, "a file that can be read");

    private static IEnumerable<SettingsFault> NkeySeed(string path, string file) => Check(
        path,
        file,
        static content => _ = NkeyFile.Seed(Encoding.UTF8.GetString(content)) ?? throw new InvalidDataException("it holds none"),
        "a file that holds the nkey seed of a user");

    private static IEnumerable<SettingsFault> Authorities(string path, string file) =>
        Check(path, file, static content => Certificates.Authorities(content), "a file with certificates in PEM");

    private static IEnumerable<SettingsFault> Token(string path, string file) => Text(path, file, "the token");

    private static IEnumerable<SettingsFault> Text(string path, string file, string meaning) => Check(
        path,
        file,
        static content =>
        {
            if (!Utf8.IsValid(content))
            {
                throw new InvalidDataException("the file is not UTF-8");
            }

            if (string.IsNullOrWhiteSpace(Encoding.UTF8.GetString(content)))
            {
                throw new InvalidDataException("the file is empty");
            }
        },
        $"a file that holds {meaning}");

    /// <summary>A certificate and its key: each must be readable, and then they must belong together.</summary>
    private static IEnumerable<SettingsFault> Pair(string path, string certFile, string keyFile, string? password)
    {
        var unreadable = Readable($"{path}.key_file", keyFile).ToList();
        if (unreadable.Count > 0)
        {
            return [.. Readable($"{path}.cert_file", certFile), .. unreadable];
        }

        return Check(
            $"{path}.cert_file",
            certFile,
            content => Certificates.Own(content, keyFile.Length > 0 ? File.ReadAllBytes(keyFile) : null, password),
            keyFile.Length > 0
                ? $"a certificate in PEM whose private key is in {HoconWriter.Quote(keyFile)}"
                : "a PFX, or a key_file besides");
    }

    private static IEnumerable<SettingsFault> Check(string path, string file, Action<byte[]> use, string expected)
    {
        if (file.Length == 0)
        {
            yield break;
        }

        SettingsFault? fault = null;
        try
        {
            use(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException)
        {
            fault = SettingsFault.Unexpected(path, $"{HoconWriter.Quote(file)} ({e.Message.TrimEnd('.')})", expected);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException or SecurityException)
        {
            fault = SettingsFault.Unexpected(path, HoconWriter.Quote(file), "a file that can be read");
        }

        if (fault is not null)
        {
            yield return fault;
        }
    }
}
