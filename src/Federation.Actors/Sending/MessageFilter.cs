using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The messages that a peer requested: by subject, by payload, or both. Immutable and thread-safe.</summary>
internal sealed class MessageFilter
{
    private readonly SubjectPattern[] _subjects;
    private readonly PayloadCondition? _condition;

    public MessageFilter(IEnumerable<SubjectPattern> subjects, PayloadCondition? condition)
    {
        _subjects = [.. subjects];
        _condition = condition;
    }

    /// <summary>The filter before a peer has set one, and after it has removed it.</summary>
    public static MessageFilter All { get; } = new([], condition: null);

    public bool PassesAll => _subjects.Length == 0 && _condition is null;

    /// <summary>Never throws, whatever the payload; usually allocates nothing.</summary>
    public bool Match(ReadOnlySpan<char> subject, ReadOnlySpan<byte> payload) =>
        (_subjects.Length == 0 || SubjectPattern.IsAmong(_subjects, subject)) && (_condition is null || _condition.IsFulfilledBy(payload));
}
