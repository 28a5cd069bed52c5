using System.Diagnostics.CodeAnalysis;
using Federation.Actors.Messages;

namespace Federation.Actors.Receiving;

/// <summary>The groups of one lease, in order: those to be written to the bus, and those that were written and are not confirmed.
/// Used by the publisher only.</summary>
internal sealed class LeaseGroups
{
    private readonly Queue<PublishGroup> _unwritten = new();
    private readonly Queue<PublishGroup> _written = new();
    private long _number;
    private long _confirmed;

    public void Add(QueueProtocol.Publish publish) =>
        _unwritten.Enqueue(new PublishGroup(++_number, publish.Lease, publish.Sequence, publish.Ranges));

    public bool TryTakeUnwritten([MaybeNullWhen(false)] out PublishGroup group) => _unwritten.TryDequeue(out group);

    public void AddWritten(PublishGroup group) => _written.Enqueue(group);

    /// <summary>Confirms all groups up to this number; the confirm may overtake the end of the write.</summary>
    public void Confirm(long number) => _confirmed = Math.Max(_confirmed, number);

    public bool TryTakeConfirmed([MaybeNullWhen(false)] out PublishGroup group) =>
        _written.TryPeek(out group) && group.Number <= _confirmed && _written.TryDequeue(out group);

    /// <summary>The groups are void: the queue passes their messages out again.</summary>
    public void Clear()
    {
        foreach (var group in _written)
        {
            group.EndSpans(refusals: null);
        }

        _written.Clear();
        _unwritten.Clear();
    }
}
