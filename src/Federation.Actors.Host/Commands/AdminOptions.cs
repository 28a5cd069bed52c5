using System.CommandLine;
using Federation.Actors.Security;
using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

internal sealed class AdminOptions
{
    private readonly Option<string> _url = new("--url")
    {
        Description = "The node's admin endpoint. Default: http://127.0.0.1:9464.",
        HelpName = "URL",
        DefaultValueFactory = static _ => "http://127.0.0.1:9464",
    };

    private readonly Option<string?> _token = new("--token-env")
    {
        Description = "The environment variable that holds the admin token, for a node that requires one (federation.admin.token_env).",
        HelpName = "VAR",
    };

    public static string? Token(string? variable, List<SettingsFault> faults)
    {
        var token = variable is null ? null : SecretSource.OfToken(variable, Environment.GetEnvironmentVariable).Read();
        if (variable is not null && token is null)
        {
            faults.Add(SettingsFault.Unexpected("--token-env",
                $"{HoconWriter.Quote(variable)}, which is not set", "the name of an environment variable that holds the token"));
        }

        return token;
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_token);
    }

    public AdminClient Read(ParseResult parsed)
    {
        var faults = new List<SettingsFault>();
        var text = parsed.GetRequiredValue(_url);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
        {
            faults.Add(SettingsFault.Unexpected("--url", HoconWriter.Quote(Redaction.OfUrls(text)),
                "a url that starts with http:// or https:// without credentials, such as http://127.0.0.1:9464"));
        }

        var token = Token(parsed.GetValue(_token), faults);
        faults.ThrowIfAny();
        return new AdminClient(url!, token);
    }
}
