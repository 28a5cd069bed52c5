using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using Federation.Actors.Configuration;
using Federation.Actors.Protocol;
using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

/// <summary>Makes the token of a peer. It is shown once: the line for the peers file has its hash only.</summary>
internal static class TokenCommand
{
    private const int TokenBytes = 32;

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The peer's name." };
        var tags = new Option<string[]>("--tag") { Description = "A tag of the peer. May be repeated.", HelpName = "KEY=VALUE" };
        var command = new Command("token",
            "Makes a token for a peer: prints the line for auth.peers_file on standard output, and the token on standard error.")
            { name, tags };
        command.SetAction(async (parsed, _) =>
        {
            var (peer, pairs) = (parsed.GetRequiredValue(name), parsed.GetValue(tags) ?? []);
            SettingsFault?[] faults =
            [
                NodeName.IsValid(peer) && !NodeName.IsGenerated(peer) ? null
                    : SettingsFault.Unexpected("NAME", HoconWriter.Quote(peer), "1 to 64 of A-Za-z0-9_-, other than client- and a number"),
                .. pairs.Select(static tag => tag.IndexOf('=', StringComparison.Ordinal) > 0 ? null
                    : SettingsFault.Unexpected("--tag", HoconWriter.Quote(tag), "a key and a value, such as region=eu")),
            ];
            faults.OfType<SettingsFault>().ToList().ThrowIfAny();
            var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
            var console = parsed.InvocationConfiguration;
            await console.Error.WriteLineAsync(token);
            await console.Output.WriteLineAsync(Line(peer, token, pairs));
        });
        return command;
    }

    private static string Line(string peer, string token, string[] tags)
    {
        var pairs = tags.Select(static tag => tag.Split('=', 2)).Select(static tag => $"{HoconWriter.Path(tag[0])} = {HoconWriter.Quote(tag[1])}");
        var block = tags.Length > 0 ? $", tags {{ {string.Join(", ", pairs)} }}" : "";
        return $"{peer} {{ secret = \"{PeerTable.HashOf(token)}\"{block} }}";
    }
}
