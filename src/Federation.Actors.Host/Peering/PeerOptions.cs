using System.CommandLine;
using Federation.Actors.Settings;
using Federation.Actors.Transport;

namespace Federation.Actors.Host.Peering;

/// <summary>The options of the verbs that connect to a node as a peer does.</summary>
internal sealed class PeerOptions
{
    private readonly Option<string?> _peer = new("--peer")
    {
        Description = "The name to go by. It replaces a connection of the same name. Default: the node gives one.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _token = new("--token-env")
    {
        Description = "The environment variable that holds the token to show.",
        HelpName = "VAR",
    };

    /// <summary>Where the node accepts peers.</summary>
    public Option<string?> Url { get; } = new("--url")
    {
        Description = "Where the node accepts peers, such as ws://127.0.0.1:8081/ingest.",
        HelpName = "URL",
    };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Url);
        command.Options.Add(_peer);
        command.Options.Add(_token);
    }

    /// <summary>Finds out where to connect.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="faults">Gets what is wrong with it.</param>
    /// <returns>Null when there are faults.</returns>
    public PeerTarget? Read(ParseResult parsed, List<SettingsFault> faults)
    {
        var (url, peer, variable) = (parsed.GetValue(Url) ?? "", parsed.GetValue(_peer), parsed.GetValue(_token));
        var before = faults.Count;
        if (url.Length == 0 || !SettingTexts.IsWebSocketUrlOrEmpty(url))
        {
            const string Expected = "a url that starts with ws:// or wss:// and holds no credentials, such as ws://127.0.0.1:8081/ingest";
            faults.Add(url.Length == 0
                ? SettingsFault.Missing("--url", Expected)
                : SettingsFault.Unexpected("--url", HoconWriter.Quote(Redaction.OfUrls(url)), Expected));
        }

        if (peer is not null && !PeerIdentity.IsValid(peer))
        {
            faults.Add(SettingsFault.Unexpected("--peer", HoconWriter.Quote(peer), "a name of 1 to 64 of A-Za-z0-9_-"));
        }

        var token = variable is null ? null : SecretSource.OfToken(variable, Environment.GetEnvironmentVariable).Read();
        if (variable is not null && token is null)
        {
            faults.Add(SettingsFault.Unexpected("--token-env", $"{HoconWriter.Quote(variable)}, which is not set", "the name of an environment variable that holds the token"));
        }

        return faults.Count > before ? null : new PeerTarget(new Uri(url), peer, variable, token);
    }
}
