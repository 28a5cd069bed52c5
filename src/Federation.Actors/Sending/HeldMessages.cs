using System.Diagnostics.CodeAnalysis;
using Federation.Actors.Protocol;

namespace Federation.Actors.Sending;

/// <summary>The messages that a delivery holds, by source and number. Not thread-safe.</summary>
internal sealed class HeldMessages
{
    private readonly Dictionary<(OutboundSource Source, long Number), OutboundMessage> _stored = [];
    private readonly Dictionary<OutboundSource, Tally> _sources = [];

    // That of the message before, which is nearly always the same.
    private Tally? _last;

    /// <returns>False for a copy of a held stored message, which a stream redelivered or two consumers delivered; it joins the held
    /// one.</returns>
    public bool TryAdd(OutboundMessage message)
    {
        if (message.IsStored && !_stored.TryAdd((message.Source, message.Number), message))
        {
            _stored[(message.Source, message.Number)].Join(message);
            return false;
        }

        if (Of(message.Source) is { } tally)
        {
            tally.Count++;
        }
        else
        {
            _sources.Add(message.Source, _last = new Tally(message.Source) { Count = 1 });
        }

        return true;
    }

    public void Remove(OutboundMessage message)
    {
        if (--Of(message.Source)!.Count == 0)
        {
            _sources.Remove(message.Source);
            _last = null;
        }

        if (message.IsStored)
        {
            _stored.Remove((message.Source, message.Number));
        }
    }

    /// <returns>False when no held message is from the id's source.</returns>
    public bool TryParse(ReadOnlySpan<byte> id, [NotNullWhen(true)] out OutboundSource? source, out long number)
    {
        foreach (var candidate in _sources.Keys)
        {
            if (candidate.TryParse(id, out number))
            {
                source = candidate;
                return true;
            }
        }

        (source, number) = (null, 0);
        return false;
    }

    private Tally? Of(OutboundSource source)
    {
        if (!ReferenceEquals(_last?.Source, source))
        {
            _last = _sources.GetValueOrDefault(source);
        }

        return _last;
    }

    private sealed class Tally(OutboundSource source)
    {
        public OutboundSource Source => source;

        public int Count { get; set; }
    }
}
