namespace Federation.Actors.Host;

internal static class StandaloneChecks
{
    /// <summary>As <see cref="StartChecks.Run"/>; also, no component may need a web server that this program does not have.</summary>
    public static IReadOnlyList<SettingsFault> Run(FederationSettings settings) =>
    [
        .. settings.Components.Where(static component => component is { Mode: ComponentMode.Server, Server.Listen: false })
            .Select(static component => SettingsFault.Unexpected(
                $"{EffectiveConfiguration.ComponentPath(component.Name)}.server.listen",
                "false", "true: only a program that embeds the node has a web server for its peers")),
        .. StartChecks.Run(settings),
    ];
}
