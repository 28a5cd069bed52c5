using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Federation.Actors.Protocol;

/// <summary>A message on its way from the bus to peers. What it holds is never written to, so that many peers may share it.</summary>
/// <remarks>Immutable but for what kinds of it keep at their source; their calls are made once, by whoever holds the message.</remarks>
internal class OutboundMessage
{
    /// <summary>
    /// Bytes of an envelope before its tail at most, but for the name of a stream: keys, type, two numbers, what tells the source.
    /// </summary>
    internal const int HeadLength = 128;

    public required OutboundSource Source { get; init; }

    public required long Number { get; init; }

    public required string Subject { get; init; }

    /// <summary>What was published, byte for byte.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The envelope behind its timestamp: a comma, more keys, the payload, and the brace that closes it.</summary>
    public required ReadOnlyMemory<byte> Tail { get; init; }

    /// <summary>Bytes of the envelope but for its head, or of the payload if that is more.</summary>
    public int Length => Math.Max(Tail.Length, Payload.Length);

    /// <summary>The peer that this node has received it from; null when it came from elsewhere.</summary>
    public string? From { get; init; }

    /// <summary>Its trace; null when it is not recorded here.</summary>
    public OutboundTrace? Trace { get; init; }

    public int Delivered { get; init; }

    /// <summary>True when its source keeps it until it is done with.</summary>
    public virtual bool IsStored => false;

    /// <summary>The same under another id, and kept by nobody.</summary>
    public OutboundMessage Again(OutboundSource source, long number) =>
        new() { Source = source, Number = number, Subject = Subject, Payload = Payload, Tail = Tail, From = From };

    /// <summary>It is delivered or given up: the source may forget it.</summary>
    public virtual void Done()
    {
    }

    /// <summary>Nobody here deals with it any more: the source may give it out again, at once.</summary>
    public virtual void Return()
    {
    }

    /// <summary>The source has given it out a second time: what becomes of this message counts for the copy as well.</summary>
    public virtual void Join(OutboundMessage copy)
    {
    }

    public virtual void Touch()
    {
    }
}

/// <summary>
/// Where messages to peers come from, and how their envelopes are named: a prefix and a number. Two with the same prefix are the same.
/// </summary>
/// <param name="Name">The prefix: what no other source has, also after a restart unless it names the same messages. Needs no escapes; ends
/// with <c>-</c>.</param>
internal sealed record OutboundSource(string Name)
{
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(Name);
    private readonly int _hash = string.GetHashCode(Name, StringComparison.Ordinal);

    /// <summary>The prefix in UTF-8.</summary>
    public ReadOnlySpan<byte> Prefix => _prefix;

    public bool Equals(OutboundSource? other) =>
        ReferenceEquals(this, other) || (other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal));

    public override int GetHashCode() => _hash;

    public bool TryParse(ReadOnlySpan<byte> id, out long number)
    {
        number = 0;
        return id.StartsWith(_prefix) && Utf8Parser.TryParse(id[_prefix.Length..], out number, out var used)
            && used == id.Length - _prefix.Length;
    }
}

/// <summary>The trace of a message to peers. Its envelope says the same.</summary>
internal sealed record OutboundTrace(ActivityContext Parent, DateTimeOffset Taken);
