using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using Akka.Actor;
using Akka.Event;

namespace Federation.Actors.Protocol;

/// <summary>The envelopes of one read from one connection: a slab of bytes and the place of each envelope in it.</summary>
/// <remarks>
/// <para>Data envelopes are numbered from 0 to <see cref="Count"/> - 1; a message is (batch, index). Records of batch frames are data
/// envelopes. <see cref="Controls"/> has the other types and data that is refused at once; the connection handles them before it passes
/// the batch on.</para>
/// <para>Filled by the pump, then read-only except for <see cref="QueuedAt"/>. <see cref="Release"/> is called once for each data message
/// by whatever answers it; the last call returns slab and entries to their pools. Nothing of the batch may be read afterwards.</para>
/// </remarks>
internal sealed class EnvelopeBatch : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    // The shared pool keeps too few for a full queue. At the very most 64 MiB, when as many batches of each size were open at one time.
    private static readonly ArrayPool<EnvelopeEntry> Entries = ArrayPool<EnvelopeEntry>.Create(
        maxArrayLength: 1024, maxArraysPerBucket: 512);

    private readonly IBatchSource? _source;
    private Slab _slab;
    private EnvelopeEntry[] _entries;
    private List<EnvelopeEntry>? _controls;
    private List<AnswerRange>? _answers;
    private int _held;

    // How many have not dealt with the batch yet; the credit goes back when nobody is left.
    private int _open = 1;
    private int _takenIn;
    private readonly int _maxLength = int.MaxValue;
    private bool _shared;

    public EnvelopeBatch(Slab slab, IActorRef connection, IBatchSource? source, int capacity = 16)
    {
        _slab = slab;
        _source = source;
        _entries = Entries.Rent(capacity);
        Connection = connection;
    }

    public IActorRef Connection { get; }

    public PeerName Peer { get; init; } = PeerName.None;

    /// <summary>Null: the peer may send messages of any size to every subject of the port.</summary>
    public ISendPermissions? Permissions
    {
        get;
        init => (field, _maxLength) = (value, value?.MaxLength ?? int.MaxValue);
    }

    /// <summary>Arrival at the queue, by the monotonic clock. Used by the queue only.</summary>
    public TimeSpan QueuedAt { get; set; }

    /// <summary>Null when no data envelope is traced. Set before the batch is passed to the queue.</summary>
    public BatchTraces? Traces { get; set; }

    public int Count { get; private set; }

    public int Answerable { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Envelopes of all other types, and data without payload, that is too large or that may not be forwarded; in arrival
    /// order.</summary>
    public IReadOnlyList<EnvelopeEntry> Controls => _controls ?? (IReadOnlyList<EnvelopeEntry>)[];

    /// <summary>The answers to records, in order of arrival.</summary>
    public IReadOnlyList<AnswerRange> Answers => _answers ?? (IReadOnlyList<AnswerRange>)[];

    public bool HasRequests { get; private set; }

    public bool HasAnswers { get; private set; }

    public ref readonly EnvelopeEntry this[int index] => ref _entries[index];

    public void Add(in EnvelopeEntry entry)
    {
        if (entry.Type != EnvelopeType.Data || !entry.HasPayload || entry.Loop != LoopVerdict.None || entry.Length > _maxLength)
        {
            (_controls ??= []).Add(entry);
            HasRequests |= entry.Type is EnvelopeType.Request or EnvelopeType.Reply;
            HasAnswers |= entry.Type is EnvelopeType.Ack or EnvelopeType.Nack or EnvelopeType.Slow;
            return;
        }

        if (Count == _entries.Length)
        {
            var larger = Entries.Rent(_entries.Length * 2);
            _entries.AsSpan(0, Count).CopyTo(larger);
            Entries.Return(_entries);
            _entries = larger;
        }

        _entries[Count++] = entry;
        _held++;
        Bytes += entry.Length;
        Answerable += entry.IsAnswerable ? 1 : 0;
    }

    public void Add(List<AnswerRange> answers) => (_answers ??= []).AddRange(answers);

    /// <summary>Copies the envelopes into a slab of their size when the present one is more than four times as large, so that a few small
    /// messages in the queue do not pin a large slab. Called before the batch is passed on, when nothing else is between the
    /// marks.</summary>
    public void Compact(int from, int to)
    {
        if ((to - from) * 4 > _slab.Bytes.Length)
        {
            return;
        }

        var smaller = Slab.Rent(to - from);
        _slab.Bytes.AsSpan(from, to - from).CopyTo(smaller.Bytes);
        _slab.Release();
        _slab = smaller;
        Shift(_entries.AsSpan(0, Count), from);
        Shift(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_controls), from);
    }

    /// <summary>The id between its quotes, escapes as they stood; empty when there is none. Allocates for a numbered one.</summary>
    public ReadOnlySpan<byte> Id(in EnvelopeEntry entry)
    {
        var text = _slab.Bytes.AsSpan(entry.IdOffset, entry.IdLength);
        return (entry.Form & EnvelopeForm.NumberedId) != EnvelopeForm.NumberedId ? text : NumberedId(text, entry.Number);
    }

    /// <summary>
    /// The payload's JSON, byte for byte as it came. Allocates for a payload that is not JSON, which is wrapped as in its envelope.
    /// </summary>
    public ReadOnlyMemory<byte> Payload(in EnvelopeEntry entry) =>
        TryRaw(entry, out var raw) ? Wrap(entry, raw.Span) : _slab.Bytes.AsMemory(entry.PayloadOffset, entry.PayloadLength);

    /// <summary>The bytes of a payload that is not JSON, and came as it is.</summary>
    public bool TryRaw(in EnvelopeEntry entry, out ReadOnlyMemory<byte> raw)
    {
        var isRaw = (entry.Form & EnvelopeForm.RawPayload) == EnvelopeForm.RawPayload;
        raw = isRaw ? _slab.Bytes.AsMemory(entry.PayloadOffset, entry.PayloadLength) : default;
        return isRaw;
    }

    public ViaIds Via(in EnvelopeEntry entry) => new(_slab.Bytes.AsSpan(entry.ViaOffset, entry.ViaLength));

    /// <summary>The message's own subject between its quotes, escapes unchanged; empty when there is none.</summary>
    public ReadOnlySpan<byte> Subject(in EnvelopeEntry entry) =>
        (entry.Form & EnvelopeForm.HidesSubject) == EnvelopeForm.HidesSubject ? default
            : _slab.Bytes.AsSpan(entry.SubjectOffset, entry.SubjectLength);

    /// <summary>The trace that the message belongs to, valid and between its quotes; only where there is one. Allocates for a
    /// record.</summary>
    public ReadOnlySpan<byte> Trace(in EnvelopeEntry entry) => entry.IsRecord
        ? TraceParent.OfBinary(_slab.Bytes.AsSpan(entry.TraceOffset, BatchFrame.TraceLength))
        : _slab.Bytes.AsSpan(entry.TraceOffset, TraceParent.Length);

    /// <summary>The data messages are taken in. Returns the credit to the pump, unless the controls are still in use.</summary>
    public void ReturnCredit()
    {
        if (Interlocked.Exchange(ref _takenIn, 1) == 0)
        {
            Finish();
        }
    }

    /// <summary>One more reader of the controls, until <see cref="EndControls"/>: memory and credit stay in use. Called before the
    /// messages are passed on.</summary>
    public void BeginControls()
    {
        Interlocked.Increment(ref _open);
        Interlocked.Increment(ref _held);
        _shared = true;
    }

    public void EndControls()
    {
        Finish();
        Release(1);
    }

    /// <summary>Leaves the memory to the garbage collector instead of its pool, because it may still be read.</summary>
    public void Pin() => Interlocked.Increment(ref _held);

    public void Release(int count)
    {
        var held = Interlocked.Add(ref _held, -count);
        if (held == 0)
        {
            Free();
        }

        System.Diagnostics.Debug.Assert(held >= 0, "a message was answered twice");
    }

    public void Drop()
    {
        ReturnCredit();
        if (Count > 0)
        {
            Release(Count);
        }
        else if (!_shared)
        {
            Free();
        }
    }

    private void Finish()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _source?.ReturnCredit();
        }
    }

    private static ReadOnlySpan<byte> NumberedId(ReadOnlySpan<byte> text, long number)
    {
        const int maxDigits = 20;
        var id = new byte[text.Length + maxDigits];
        text.CopyTo(id);
        Utf8Formatter.TryFormat(number, id.AsSpan(text.Length), out var digits);
        return id.AsSpan(0, text.Length + digits);
    }

    private ReadOnlyMemory<byte> Wrap(in EnvelopeEntry entry, ReadOnlySpan<byte> raw)
    {
        var output = new ArrayBufferWriter<byte>(raw.Length + 128);
        RawData.Write(output, _slab.Bytes.AsSpan(entry.SubjectOffset, entry.SubjectLength), raw);
        return output.WrittenMemory;
    }

    private static void Shift(Span<EnvelopeEntry> entries, int by)
    {
        foreach (ref var entry in entries)
        {
            // What is missing stands nowhere, and its offset must not become negative.
            entry.IdOffset -= entry.HasId ? by : 0;
            entry.PayloadOffset -= entry.HasPayload ? by : 0;
            entry.ViaOffset -= entry.HasVia ? by : 0;
            entry.SubjectOffset -= entry.HasSubject ? by : 0;
            entry.TraceOffset -= entry.HasTrace ? by : 0;
        }
    }

    private void Free()
    {
        _slab.Release();
        var entries = Interlocked.Exchange(ref _entries, []);
        if (entries.Length > 0)
        {
            Entries.Return(entries);
        }
    }
}

internal interface IBatchSource
{
    void ReturnCredit();
}

/// <summary>The traced messages of a batch. Filled by the connection, then read-only.</summary>
internal sealed class BatchTraces(int count, DateTimeOffset received)
{
    private readonly ActivityContext[] _contexts = new ActivityContext[count];

    public DateTimeOffset Received { get; } = received;

    /// <summary>The span of a message's receipt; default: not traced.</summary>
    public ref ActivityContext this[int index] => ref _contexts[index];
}
