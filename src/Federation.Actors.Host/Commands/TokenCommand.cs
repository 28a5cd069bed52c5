using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using Federation.Actors.Configuration;
using Federation.Actors.Protocol;
using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

/// <summary>Creates tokens for peers. Each is written once: the line for the peers file has its hash only.</summary>
internal static class TokenCommand
{
    private const int TokenBytes = 32;

    public static Command Create()
    {
        var names = new Argument<string[]>("NAME") { Description = "The peers' names.", Arity = ArgumentArity.OneOrMore };
        var directory = new Option<DirectoryInfo>("--directory")
        {
            Description = "The directory for the tokens, with a file NAME for each peer. Required for several peers.", HelpName = "DIR",
        };
        var profile = new Option<string>("--profile")
        {
            Description = "The profile of the peers, one of auth.profiles.", HelpName = "PROFILE",
        };
        var tags = new Option<string[]>("--tag") { Description = "A tag of the peers. May be repeated.", HelpName = "KEY=VALUE" };
        var command = new Command("token",
            "Creates tokens for peers. Prints each peer's line for auth.peers_file on standard output, and its token on standard error, or "
            + "writes the token to a file.") { names, directory, profile, tags };
        command.SetAction(async (parsed, _) =>
        {
            var (peers, files, pairs) = (parsed.GetRequiredValue(names), parsed.GetValue(directory), parsed.GetValue(tags) ?? []);
            var role = parsed.GetValue(profile);
            Check(peers, files, role, pairs).OfType<SettingsFault>().ToList().ThrowIfAny();
            var console = parsed.InvocationConfiguration;
            foreach (var peer in peers)
            {
                var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
                if (files is null)
                {
                    await console.Error.WriteLineAsync(token);
                }
                else
                {
                    await WriteAsync(files, peer, token);
                }

                await console.Output.WriteLineAsync(Line(peer, token, role, pairs));
            }
        });
        return command;
    }

    private static IEnumerable<SettingsFault?> Check(string[] peers, DirectoryInfo? files, string? profile, string[] tags) =>
    [
        .. peers.Select(static peer => NodeName.IsValid(peer) && !NodeName.IsGenerated(peer) ? null
            : SettingsFault.Unexpected("NAME", HoconWriter.Quote(peer), "1 to 64 of A-Za-z0-9_-, other than client- and a number")),
        profile is null || NodeName.IsValid(profile) ? null
            : SettingsFault.Unexpected("--profile", HoconWriter.Quote(profile), "1 to 64 of A-Za-z0-9_-"),
        .. TagOption.Faults(tags),
        peers.Length == 1 || files is not null ? null
            : SettingsFault.Unexpected("NAME", $"{peers.Length} names", "one name, or --directory for the tokens"),
        peers.FirstOrDefault(peer => files is not null && File.Exists(Path.Combine(files.FullName, peer))) is not { } found ? null
            : SettingsFault.Unexpected("--directory", $"the file {found} in it", "no file of that name, because its token would be lost"),
    ];

    /// <summary>For its owner only.</summary>
    private static async Task WriteAsync(DirectoryInfo files, string peer, string token)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            files.Create();
        }
        else
        {
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Directory.CreateDirectory(files.FullName, Owner | UnixFileMode.UserExecute);
            options.UnixCreateMode = Owner;
        }

        await using var writer = new StreamWriter(Path.Combine(files.FullName, peer), options);
        await writer.WriteLineAsync(token);
    }

    private static string Line(string peer, string token, string? profile, string[] tags)
    {
        var pairs = tags.Select(static tag => tag.Split('=', 2)).Select(static tag => $"{HoconWriter.Path(tag[0])} = {HoconWriter.Quote(tag[1])}");
        var block = tags.Length > 0 ? $", tags {{ {string.Join(", ", pairs)} }}" : "";
        return $"{peer} {{ secret = \"{PeerTable.HashOf(token)}\"{(profile is null ? "" : $", profile = {profile}")}{block} }}";
    }
}
