using Federation.Actors.Receiving;

namespace Federation.Actors.Nats;

/// <summary>Permission errors of messages for a stream, until the denied messages are known. Not thread-safe; guarded by the
/// bus.</summary>
/// <remarks>The stream does not answer a denied message, and the server names only its subject. Messages to that subject that were
/// written before a PING and have no answer when its PONG has come are denied, if they are as many as the errors. If they are more, the
/// permission changed between them, and the stream's answers decide.</remarks>
internal sealed class Denials
{
    private readonly List<(string Subject, string Error, long Pongs)> _new = [];
    private readonly Dictionary<string, (int Count, string Error, (long, int) Written)> _known = new(StringComparer.Ordinal);

    public bool IsEmpty => _new.Count + _known.Count == 0;

    public void Add(string subject, string error, long pongs) => _new.Add((subject, error, pongs));

    /// <summary>The messages are written again, and denied again.</summary>
    public void Clear()
    {
        _new.Clear();
        _known.Clear();
    }

    /// <summary>Refuses the messages that are known to be denied.</summary>
    /// <returns>The settled subjects and the server's errors.</returns>
    public List<(string Subject, string Error)> Settle(
        long ping, (long Group, int Count) written, StoringGroups groups, Func<StoringMessage, string> subject, TimeSpan now)
    {
        foreach (var (denied, error, pongs) in _new)
        {
            if (pongs < ping)
            {
                _known[denied] = (_known.GetValueOrDefault(denied).Count + 1, error, written);
            }
        }

        _new.RemoveAll(denial => denial.Pongs < ping);
        var pending = groups.Pending(written).ToLookup(subject, StringComparer.Ordinal);
        List<(string Subject, string Error)> settled = [];
        foreach (var (denied, (count, error, before)) in _known)
        {
            var messages = pending[denied].Where(message => (message.Group.Number, message.Index + 1).CompareTo(before) <= 0).ToList();
            if (messages.Count > count)
            {
                continue;
            }

            settled.Add((denied, error));
            foreach (var message in messages)
            {
                groups.Answer(message.Group.Number, message.Index, new PubAck(PubAckOutcome.Refused, error), now);
            }
        }

        foreach (var (denied, _) in settled)
        {
            _known.Remove(denied);
        }

        return settled;
    }
}
