using System.Buffers;
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

    // A control character is \u and four digits, in the subject's key and, with a payload that is not JSON, in the payload as well.
    private const int LongestEscape = 6;

    private static readonly SearchValues<byte> JsonStart = SearchValues.Create("{[\"-0123456789tfn"u8);

    private ArrayBufferWriter<byte>? _tail;

    public required OutboundSource Source { get; init; }

    public required long Number { get; init; }

    public required string Subject { get; init; }

    public required ReadOnlyMemory<byte> Payload { get; init; }

    public bool ShowsSubject { get; init; } = true;

    /// <summary>The nodes that it has passed, as the JSON array of its envelope.</summary>
    public string Via { get; init; } = "[]";

    /// <summary>The trace context of its envelope, valid; null: none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The envelope after its timestamp: a comma, more keys, the payload, and the closing brace.</summary>
    /// <remarks>The first connection that needs it makes it. Two at the same time may make it twice.</remarks>
    public ReadOnlyMemory<byte> Tail => (_tail ??= EnvelopeTail.Write(Subject, ShowsSubject, Via, Payload, TraceParent)).WrittenMemory;

    /// <summary>
    /// Bytes of the payload, twice as many when it does not look like JSON: in an envelope it is then base64 or has escapes.
    /// </summary>
    public int Length => Payload.Length * (Payload.IsEmpty || JsonStart.Contains(Payload.Span[0]) ? 1 : 2);

    /// <summary>The name of the only peer that may get it; null: all.</summary>
    public string? To { get; init; }

    /// <summary>The peer of this node that sent it; null for other sources.</summary>
    public string? From { get; init; }

    /// <summary>Null when it is not recorded here.</summary>
    public OutboundTrace? Trace { get; init; }

    public int Delivered { get; init; }

    /// <summary>True when its source keeps it until it is settled.</summary>
    public virtual bool IsStored => false;

    /// <summary>A copy with another id and without a stream.</summary>
    public OutboundMessage Again(OutboundSource source, long number) =>
        new() { Source = source, Number = number, Subject = Subject, Payload = Payload, To = To, From = From,
            ShowsSubject = ShowsSubject, Via = Via, TraceParent = TraceParent };

    /// <summary>Whether its envelope has more bytes than this, of which <see cref="HeadLength"/> are taken for its head.</summary>
    public bool IsLongerThan(long most)
    {
        var mostEscaped = ((long)LongestEscape * (Payload.Length + (2 * Subject.Length))) + Via.Length + (2 * HeadLength);

        // A batch frame holds the subject also when the envelope does not name it.
        return mostEscaped > most - HeadLength && Tail.Length + (ShowsSubject ? 0 : Subject.Length) > most - HeadLength;
    }

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

    /// <summary>No delivery holds it any more.</summary>
    public virtual void Leave()
    {
    }

    public virtual void Touch()
    {
    }
}

/// <summary>The source of messages to peers. Ids are its prefix and a number; sources with the same prefix are equal.</summary>
/// <param name="Name">Unique, also after a restart, unless it names the same messages. Needs no escapes; ends with <c>-</c>.</param>
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
