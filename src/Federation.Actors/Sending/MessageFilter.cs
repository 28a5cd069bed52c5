using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>Which messages a peer has asked for: by subject, by what stands in the payload, or both.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class MessageFilter
{
    private readonly SubjectPattern[] _subjects;
    private readonly PayloadCondition? _condition;

    public MessageFilter(IEnumerable<SubjectPattern> subjects, PayloadCondition? condition)
    {
        _subjects = [.. subjects];
        _condition = condition;
    }

    /// <summary>The filter that lets everything pass: what holds before a peer has asked for less, and once it has lifted that.</summary>
    public static MessageFilter All { get; } = new([], condition: null);

    /// <summary>True when no message is held back, so that none needs to be looked at.</summary>
    public bool PassesAll => _subjects.Length == 0 && _condition is null;

    /// <summary>Whether a message is to be sent. Never throws, whatever the payload; usually allocates nothing.</summary>
    public bool Match(ReadOnlySpan<char> subject, ReadOnlySpan<byte> payload) =>
        MatchesSubject(subject) && (_condition is null || _condition.IsFulfilledBy(payload));

    private bool MatchesSubject(ReadOnlySpan<char> subject)
    {
        foreach (var pattern in _subjects)
        {
            if (pattern.Matches(subject))
            {
                return true;
            }
        }

        return _subjects.Length == 0;
    }
}
