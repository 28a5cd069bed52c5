using Federation.Actors.Configuration;

namespace Federation.Actors;

/// <summary>Subjects that the peers of a profile may publish to: <c>auth.profiles.NAME.publish</c>.</summary>
/// <remarks>A pattern is compared with the subject that a message gets on the bus, with prefix and placeholders replaced. Messages to other
/// subjects are nacked with <c>not_permitted</c>. <c>{peer}</c> in a pattern stands for the name of the peer.</remarks>
public sealed record PublishSettings
{
    internal const string All = ">";
    internal const string Expected = "a list of NATS subjects, perhaps with wildcards, or with {peer} as a token";

    /// <summary>Permitted subjects.</summary>
    [Text(Expected, nameof(SettingTexts.IsInputSubject))] public IReadOnlyList<string> Allow { get; init; } = [All];

    /// <summary>Subjects that are not permitted, even if <see cref="Allow"/> permits them.</summary>
    [Text(Expected, nameof(SettingTexts.IsInputSubject))] public IReadOnlyList<string> Deny { get; init; } = [];
}
