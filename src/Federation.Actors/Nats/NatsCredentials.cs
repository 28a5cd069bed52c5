using Federation.Actors.Configuration;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The credentials of a connection to NATS. Every attempt to connect, the library's own included, reads the files
/// again.</summary>
internal static class NatsCredentials
{
    public static NatsAuthOpts Create(NatsSettings settings, ILogger logger)
    {
        if (settings.CredsFile.Length > 0)
        {
            return Of(
                File(settings.CredsFile, logger), $"the file {settings.CredsFile} cannot be read or is empty", NatsAuthCred.FromCreds);
        }

        if (settings.NkeyFile.Length > 0)
        {
            return Of(
                File(settings.NkeyFile, logger),
                $"the file {settings.NkeyFile} cannot be read or is empty",
                text => NatsAuthCred.FromNkey(
                    NkeyFile.Seed(text) ?? throw new NatsException($"the file {settings.NkeyFile} does not contain the nkey seed of a "
                        + "user")));
        }

        if (settings.TokenFile.Length + settings.TokenEnv.Length > 0)
        {
            return Of(Secret(settings.TokenFile, settings.TokenEnv, logger),
                Missing(settings.TokenFile, settings.TokenEnv), NatsAuthCred.FromToken);
        }

        if (settings.PasswordFile.Length + settings.PasswordEnv.Length > 0)
        {
            return Of(
                Secret(settings.PasswordFile, settings.PasswordEnv, logger),
                Missing(settings.PasswordFile, settings.PasswordEnv),
                password => NatsAuthCred.FromUserInfo(settings.User, password));
        }

        return settings.User.Length > 0 ? new NatsAuthOpts { Username = settings.User } : NatsAuthOpts.Default;
    }

    private static NatsAuthOpts Of(SecretSource source, string missing, Func<string, NatsAuthCred> credential) => new()
    {
        AuthCredCallback = (_, _) => new ValueTask<NatsAuthCred>(credential(source.Read() ?? throw new NatsException(missing))),
    };

    private static SecretSource File(string path, ILogger logger) => SecretSource.OfFile(path, logger, Clock.System.Time);

    private static SecretSource Secret(string file, string variable, ILogger logger) =>
        file.Length > 0 ? File(file, logger) : SecretSource.OfVariable(variable, Environment.GetEnvironmentVariable);

    private static string Missing(string file, string variable) =>
        file.Length > 0 ? $"the file {file} cannot be read or is empty" : $"the environment variable {variable} is unset or empty";
}
