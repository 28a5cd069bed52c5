using System.CommandLine;
using System.Security.Cryptography;
using Federation.Actors.Configuration;
using Federation.Actors.Security;
using Federation.Actors.Sockets.Server;
using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

internal sealed class PeerOptions
{
    private readonly Option<string?> _peer = new("--peer")
    {
        Description = "The name of this peer. An existing connection of the same name is closed. Default: a name from the node.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _token = new("--token-env")
    {
        Description = "The environment variable that holds the token to send.",
        HelpName = "VAR",
    };

    private readonly Option<string?> _ca = new("--ca")
    {
        Description = "With wss://: a PEM file of the authorities to trust for the node's certificate. "
            + "Default: those of the system.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _certificate = new("--cert")
    {
        Description =
            "With wss://: the client certificate to present, a PEM file, with its intermediates if there are any. Needs --key.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "A file with the private key of --cert, in PEM.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _proxy = new("--proxy")
    {
        Description = "A proxy to connect through: http://, socks4:// or socks5://. Default: as in HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and "
            + "NO_PROXY.",
        HelpName = "URL",
    };

    public Option<string?> Url { get; } = new("--url")
    {
        Description = "Where the node accepts peers, such as ws://127.0.0.1:8081/ingest.",
        HelpName = "URL",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[Url, _peer, _token, _ca, _certificate, _key, _proxy])
        {
            command.Options.Add(option);
        }
    }

    /// <returns>Null when there are faults.</returns>
    public PeerTarget? Read(ParseResult parsed, List<SettingsFault> faults)
    {
        var (url, peer, variable) = (parsed.GetValue(Url) ?? "", parsed.GetValue(_peer), parsed.GetValue(_token));
        var before = faults.Count;
        if (url.Length == 0 || !SettingTexts.IsWebSocketUrl(url))
        {
            const string Expected = "a url that starts with ws:// or wss:// without credentials, such as ws://127.0.0.1:8081/ingest";
            faults.Add(url.Length == 0
                ? SettingsFault.Missing("--url", Expected)
                : SettingsFault.Unexpected("--url", HoconWriter.Quote(Redaction.OfUrls(url)), Expected));
        }

        if (peer is not null && !PeerIdentity.IsValid(peer))
        {
            faults.Add(SettingsFault.Unexpected("--peer", HoconWriter.Quote(peer), "a name of 1 to 64 of A-Za-z0-9_-"));
        }

        var token = AdminOptions.Token(variable, faults);
        var proxy = parsed.GetValue(_proxy) ?? "";
        if (proxy.Length > 0 && !SettingTexts.IsProxyUrl(proxy))
        {
            faults.Add(SettingsFault.Unexpected("--proxy", HoconWriter.Quote(Redaction.OfUrls(proxy)),
                "a url that starts with http://, socks4:// or socks5:// and contains no credentials"));
        }

        var tls = ReadTls(parsed, url.StartsWith("wss:", StringComparison.OrdinalIgnoreCase), faults);
        return faults.Count > before ? null : new PeerTarget(new Uri(url), peer, variable, token, tls, proxy);
    }

    private TlsClientSettings ReadTls(ParseResult parsed, bool isTls, List<SettingsFault> faults)
    {
        var (ca, certificate, key) = (parsed.GetValue(_ca) ?? "", parsed.GetValue(_certificate) ?? "", parsed.GetValue(_key) ?? "");
        foreach (var (option, file) in new[] { ("--ca", ca), ("--cert", certificate), ("--key", key) })
        {
            if (file.Length > 0 && !isTls)
            {
                faults.Add(new SettingsFault(option, "expected only with a --url that starts with wss://"));
            }
        }

        if (certificate.Length > 0 != key.Length > 0)
        {
            faults.Add(new SettingsFault(certificate.Length > 0 ? "--key" : "--cert", "expected with the other of --cert and --key"));
        }

        Check("--ca", ca, static content => Certificates.Authorities(content), "a file with certificates in PEM", faults);
        if (key.Length > 0)
        {
            Check("--cert", certificate, content => Certificates.Own(content, File.ReadAllBytes(key), password: null),
                $"a certificate in PEM whose private key is in {HoconWriter.Quote(key)}", faults);
        }

        return new TlsClientSettings { CaFile = ca, CertFile = certificate, KeyFile = key };
    }

    private static void Check(string option, string file, Action<byte[]> use, string expected, List<SettingsFault> faults)
    {
        if (file.Length == 0)
        {
            return;
        }

        try
        {
            use(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            faults.Add(SettingsFault.Unexpected(option, $"{HoconWriter.Quote(file)} ({e.Message.TrimEnd('.')})", expected));
        }
    }
}

internal sealed record PeerTarget(Uri Url, string? Peer, string? TokenVariable, string? Token, TlsClientSettings Tls, string Proxy)
{
    /// <summary>Without the query, which may contain secrets.</summary>
    public string Display => Url.GetLeftPart(UriPartial.Path);
}
