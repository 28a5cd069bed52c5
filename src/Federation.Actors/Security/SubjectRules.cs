using Federation.Actors.Protocol;

namespace Federation.Actors.Security;

/// <summary>Permitted subjects of one peer. Thread-safe.</summary>
/// <remarks>Decisions are kept by subject: a peer uses few, and there may be many patterns. The last one costs a comparison, and another
/// known one a lookup.</remarks>
internal sealed class SubjectRules
{
    /// <summary>Kept decisions: 128 KiB if each subject has the 512 characters that a port permits. With more, all are decided
    /// again.</summary>
    internal const int MaxDecisions = 128;

    private readonly SubjectPattern[] _allow;
    private readonly SubjectPattern[] _deny;
    private readonly Dictionary<string, bool> _decisions = new(StringComparer.Ordinal);
    private volatile Decision? _last;

    private SubjectRules(SubjectPattern[] allow, SubjectPattern[] deny) => (_allow, _deny) = (allow, deny);

    /// <summary>Number of kept decisions.</summary>
    internal int Decisions => _decisions.Count;

    /// <param name="peer">Replaces <c>{peer}</c> in the patterns.</param>
    /// <returns>Null when all subjects are permitted.</returns>
    public static SubjectRules? Of(IReadOnlyList<string> allow, IReadOnlyList<string> deny, string peer)
    {
        return deny.Count == 0 && allow.Contains(PublishSettings.All, StringComparer.Ordinal) ? null
            : new SubjectRules([.. allow.Select(Parse)], [.. deny.Select(Parse)]);

        SubjectPattern Parse(string text) =>
            SubjectPattern.TryParse(text.Replace(InputPortSettings.PeerPlaceholder, peer, StringComparison.Ordinal), out var pattern)
                ? pattern : throw new FormatException($"not a subject: {text}");
    }

    public bool Permits(string subject)
    {
        if (_last is { } last && string.Equals(last.Subject, subject, StringComparison.Ordinal))
        {
            return last.IsPermitted;
        }

        lock (_decisions)
        {
            if (!_decisions.TryGetValue(subject, out var isPermitted))
            {
                if (_decisions.Count == MaxDecisions)
                {
                    _decisions.Clear();
                }

                isPermitted = SubjectPattern.IsAmong(_allow, subject) && !SubjectPattern.IsAmong(_deny, subject);
                _decisions.Add(subject, isPermitted);
            }

            _last = new Decision(subject, isPermitted);
            return isPermitted;
        }
    }

    private sealed record Decision(string Subject, bool IsPermitted);
}
