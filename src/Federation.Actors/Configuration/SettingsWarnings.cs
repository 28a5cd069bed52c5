using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>Warnings about valid settings that may be a mistake.</summary>
internal static class SettingsWarnings
{
    internal static IReadOnlyList<SettingsFault> Of(FederationSettings settings) =>
    [
        .. settings.Components.SelectMany(static component => new[] { OfHost(component), OfSubject(component), OfPeers(component) })
            .OfType<SettingsFault>(),
    ];

    /// <summary>A port that other machines can use without credentials.</summary>
    private static SettingsFault? OfHost(ComponentSettings component) =>
        component is { Mode: ComponentMode.Server, Server: { Listen: true, Tls.RequireClientCert: false } server, Auth.Type: AuthType.None }
            && !ListenRules.IsLoopback(server.Host)
            ? new SettingsFault(
                $"{EffectiveConfiguration.ComponentPath(component.Name)}.server.host",
                $"{server.Host} with auth.type = none, so any machine that can reach port {server.HttpPort} may connect as a peer; set "
                + "auth.type, server.tls.require_client_cert, or a loopback address such as 127.0.0.1")
            : null;

    /// <summary>An input that trusts names which nothing proves.</summary>
    private static SettingsFault? OfPeers(ComponentSettings component)
    {
        var index = component.Ports.Inputs.Index().FirstOrDefault(static input => input.Item.IsPerPeer, (-1, null!)).Index;
        return index < 0 || component.Mode != ComponentMode.Server || HasProvenNames(component)
            ? null
            : new SettingsFault(
                $"{EffectiveConfiguration.ComponentPath(component.Name)}.ports.inputs[{index}].subject",
                "{peer} although peers may connect without a proof of their name: one that claims another peer's name gets the messages of "
                + "that peer, and one without a name gets none; use auth.tokens and auth.peers_file alone, or server.tls.require_client_cert");
    }

    private static bool HasProvenNames(ComponentSettings component) =>
        component.Server.Tls.RequireClientCert
        || (component.Auth is { Type: AuthType.Bearer, BearerTokenEnv: "", BearerTokenFile: "" } auth
            && (auth.Tokens.Count > 0 || auth.PeersFile.Length > 0));

    private static SettingsFault? OfSubject(ComponentSettings component)
    {
        if (component.Ports.Data is not { AllowedSubjects.Count: 0 } data
            || !(data.Subject.Contains("{subject}", StringComparison.Ordinal)
                || data.Subject.Contains("{payload.", StringComparison.Ordinal))
            || (HasProvenNames(component) && data.Subject.Split('{') is [_, var first, ..]
                && first.StartsWith("peer}", StringComparison.Ordinal)))
        {
            // With a proven name before what the peer chooses, it reaches only subjects of its own.
            return null;
        }

        var index = component.Ports.Outputs.TakeWhile(port => port != data).Count();
        return new SettingsFault(
            $"{EffectiveConfiguration.ComponentPath(component.Name)}.ports.outputs[{index}].allowed_subjects",
            $"missing, so peers may publish to any subject that matches {HoconWriter.Quote(data.FullSubject)} "
            + "and does not belong to an input of the node");
    }
}
