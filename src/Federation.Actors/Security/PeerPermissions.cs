using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Security;

/// <summary>What one connection of a peer with a profile may do. Thread-safe.</summary>
internal sealed class PeerPermissions(ProfileSettings profile, string peer, DenialReports reports) : ISendPermissions
{
    private readonly SubjectRules? _publish = SubjectRules.Of(profile.Publish.Allow, profile.Publish.Deny, peer);
    private readonly SubjectRules? _receive = SubjectRules.Of(profile.Receive, [], peer);
    private int _reported;

    public ProfileSettings Profile => profile;

    public int MaxLength => profile.MaxMessageSize > 0 ? (int)profile.MaxMessageSize : int.MaxValue;

    /// <summary>Whether requests and replies of the peer reach the bus only as far as the profile permits.</summary>
    public bool LimitsMethods => !profile.Methods.Contains(ProfileSettings.AnyMethod, StringComparer.Ordinal);

    private string Forbidden => $"the profile {profile.Name} does not permit the subject ";

    public string? Forbids(string subject) => _publish?.Permits(subject) == false ? Forbidden + subject : null;

    public bool TryReport(string refusal)
    {
        var isOwn = refusal.StartsWith(Forbidden, StringComparison.Ordinal);
        if (isOwn)
        {
            Deny(DenialReason.Publish, refusal);
        }

        return isOwn;
    }

    /// <summary>Counts a message that the peer does not get.</summary>
    public bool MayReceive(string subject)
    {
        if (_receive?.Permits(subject) != false)
        {
            return true;
        }

        Deny(DenialReason.Receive, $"the profile {profile.Name} withholds messages with the subject {subject}");
        return false;
    }

    /// <summary>Counts a refusal.</summary>
    /// <returns>One sentence; null when the method is permitted.</returns>
    public string? ForbidsMethod(string method)
    {
        var reason = LimitsMethods && !profile.Methods.Contains(method, StringComparer.Ordinal) ? DenialReason.Method
            : !profile.Replay && string.Equals(method, BuiltInMethods.Replay, StringComparison.Ordinal) ? DenialReason.Replay
            : (DenialReason?)null;
        return reason is { } denied ? Deny(denied, $"the profile {profile.Name} does not permit the method {method}") : null;
    }

    public string TooLarge(int length) => Deny(
        DenialReason.Size, $"the message has {length} bytes, and the profile {profile.Name} permits {profile.MaxMessageSize}");

    /// <summary>Counts a denial, and reports the first one of its kind, or a later one if the log suppresses that.</summary>
    public string Deny(DenialReason reason, string text)
    {
        reports.Count(reason);
        var bit = 1 << (int)reason;
        if ((Volatile.Read(ref _reported) & bit) == 0 && (Interlocked.Or(ref _reported, bit) & bit) == 0 && !reports.TryReport(peer, text))
        {
            Interlocked.And(ref _reported, ~bit);
        }

        return text;
    }
}
