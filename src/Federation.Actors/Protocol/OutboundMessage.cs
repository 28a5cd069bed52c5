using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Federation.Actors.Protocol;

/// <summary>A message from the bus to peers, which may share it: its content never changes.</summary>
/// <remarks>Subclasses settle the message at its source; its holder calls each of their methods once.</remarks>
internal class OutboundMessage
{
    /// <summary>Bytes of an envelope before its tail, without a stream's name: keys, type, two numbers, the source.</summary>
    internal const int HeadLength = 128;

    public required OutboundSource Source { get; init; }

    public required long Number { get; init; }

    public required string Subject { get; init; }

    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The envelope after its timestamp: a comma, more keys, the payload, and the closing brace.</summary>
    public required ReadOnlyMemory<byte> Tail { get; init; }

    /// <summary>Bytes of the envelope without its head, or of the payload if that is more.</summary>
    public int Length => Math.Max(Tail.Length, Payload.Length);

    /// <summary>The peer of this node that sent it; null for other sources.</summary>
    public string? From { get; init; }

    /// <summary>Null when it is not recorded here.</summary>
    public OutboundTrace? Trace { get; init; }

    public int Delivered { get; init; }

    /// <summary>True when its source keeps it until it is settled.</summary>
    public virtual bool IsStored => false;

    /// <summary>A copy with another id and without a stream.</summary>
    public OutboundMessage Again(OutboundSource source, long number) =>
        new() { Source = source, Number = number, Subject = Subject, Payload = Payload, Tail = Tail, From = From };

    /// <summary>Delivered or given up: settles it at its source.</summary>
    public virtual void Done()
    {
    }

    /// <summary>No longer handled here: its source may redeliver it at once.</summary>
    public virtual void Return()
    {
    }

    /// <summary>The source has redelivered it: this message's outcome counts for the copy as well.</summary>
    public virtual void Join(OutboundMessage copy)
    {
    }

    public virtual void Touch()
    {
    }
}

/// <summary>The source of messages to peers. Ids are its prefix and a number; sources with the same prefix are equal.</summary>
/// <param name="Name">The prefix: unique, also after a restart, unless it names the same messages. Needs no escapes; ends with
/// <c>-</c>.</param>
internal sealed record OutboundSource(string Name)
{
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(Name);
    private readonly int _hash = string.GetHashCode(Name, StringComparison.Ordinal);

    /// <summary>UTF-8.</summary>
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

internal sealed record OutboundTrace(ActivityContext Parent, DateTimeOffset Taken);
