using System.Net.WebSockets;
using System.Numerics;
using System.Text.Unicode;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Security;

namespace Federation.Actors.Sockets;

/// <summary>Reads one socket and sends its connection actor one batch for everything that has already arrived.</summary>
/// <remarks><para>Envelopes are parsed where they were received. A batch ends when the socket has nothing more in memory, at <see
/// cref="BatchLimit"/> envelopes, or when its slab is full. While it waits for the network a pump holds no memory, except for an
/// incomplete message.</para>
/// <para>Each batch costs one of <see cref="Credits"/>; without one the pump does not read, and TCP slows the sender down.</para>
/// <para><see cref="RunAsync"/> is called once; <see cref="ReturnCredit"/> and <see cref="Discard"/> from any thread.</para></remarks>
internal sealed class SocketPump(
    IPeerSocket socket, PeerName peer, IActorRef connection, ConnectionSettings settings, int readBufferSize, LoopGuard loops,
    ReceiveBudget budget, ComponentMetrics metrics, FederationLog log, bool readsFrames = false, PeerPermissions? permissions = null,
    TimeProvider? time = null) : IBatchSource
{
    /// <summary>Maximum number of envelopes in a batch: the cost of passing it on is then negligible per envelope.</summary>
    internal const int BatchLimit = 512;

    /// <summary>Bytes of a slab, except for larger messages. Such arrays stay out of the large object heap (85,000).</summary>
    internal const int SlabLimit = 64 * 1024;

    /// <summary>Close status of a connection that may retry later, from IANA's registry (RFC 6455 section 11.7).</summary>
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;

    private const string NoMemory = "the memory for incomplete messages is used up";

    /// <summary>Batches in flight: one that the queue takes in and one that is being filled.</summary>
    internal const int Credits = 2;

    private readonly Lock _handingOver = new();

    private int _credits = Credits;

    // Made when the pump has to wait for the first time, which most never do.
    private SemaphoreSlim? _returned;

    // Made when a message has to wait for its end for the first time.
    private ReceiveBudget.Share? _share;

    private readonly BatchFrameReader? _frames = readsFrames ? new BatchFrameReader(loops) : null;

    // Null: the peer may send at any rate.
    private ReceiveThrottle? _throttle;
    private Slab? _slab;
    private EnvelopeBatch? _batch;
    private bool _hasCredit;
    private int _slabSize = Math.Min(readBufferSize, SlabLimit);
    private int _batchStart;
    private int _messageStart;
    private int _end;
    private int _faultsInARow;
    private int _uncounted;
    private volatile bool _discard;

    private SemaphoreSlim Returned => LazyInitializer.EnsureInitialized(ref _returned, static () => new SemaphoreSlim(0));

    public void ReturnCredit()
    {
        // Below zero: the pump waits.
        if (Interlocked.Increment(ref _credits) <= 0)
        {
            Returned.Release();
        }
    }

    /// <summary>Discards all further messages, unanswered, until the connection ends. No batch follows once this returns.</summary>
    public void Discard()
    {
        lock (_handingOver)
        {
            _discard = true;
        }

        ReturnCredit();
    }

    /// <summary>Reads until the connection ends, then notifies the connection actor. Peers and networks cannot make it fail.</summary>
    /// <remarks>One method for all of it: each idle connection holds its state.</remarks>
    public async Task RunAsync()
    {
        PumpEnd? end = null;
        _throttle = ReceiveThrottle.Of(this, permissions, time ?? Clock.System.Time);
        try
        {
            while (end is null)
            {
                // From one message's first byte to the point where nothing more has arrived.
                await TakeCreditAsync();
                var begun = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                end = EndOf(begun);
                if (end is null)
                {
                    OpenSlab();
                    var goesOn = !begun.EndOfMessage || await EndMessageAsync();
                    while (goesOn)
                    {
                        MakeRoom();
                        var receive = socket.ReceiveAsync(_slab!.Bytes.AsMemory(_end), CancellationToken.None);
                        if (!receive.IsCompleted)
                        {
                            // The rest of this message is still on its way, and those before it must not wait for it.
                            HandOver();
                            _ = TryHold(_slab.Bytes.Length);
                        }

                        var part = await receive;
                        end = EndOf(part);
                        goesOn = end is null && (!Take(part) || await EndMessageAsync());
                    }
                }
            }
        }
        catch (Exception e)
        {
            // Whatever it is: when nobody is told, the connection stays for ever and nobody reads it.
            end = socket.Violation is { } violation
                ? EndOf(violation) : new PumpEnd(null, socket.AbortReason ?? ConnectionLoss.Describe(e));
        }

        HandOver();
        CountBytes();
        GiveBack();
        _slab?.Release();
        _slab = null;
        _throttle?.Dispose();
        connection.Tell(end);
    }

    private PumpEnd? EndOf(ValueWebSocketReceiveResult part) =>
        part.MessageType != WebSocketMessageType.Close ? null
        : socket.Violation is { } violation ? EndOf(violation)
        : new PumpEnd(socket.CloseStatus, null, socket.CloseText);

    private PumpEnd EndOf(PumpViolation violation)
    {
        Violate(violation, violation.Status == WebSocketCloseStatus.PolicyViolation ? ErrorTypes.ProtocolAbuse : ErrorTypes.ProtocolError);
        return new PumpEnd(null, null);
    }

    /// <returns>True after the last part of a message.</returns>
    private bool Take(ValueWebSocketReceiveResult part)
    {
        _end += part.Count;
        _uncounted += part.Count;
        if (_end - _messageStart > settings.MaxMessageSize)
        {
            Violate(new PumpViolation(WebSocketCloseStatus.MessageTooBig, $"a message is limited to {settings.MaxMessageSize} bytes"),
                ErrorTypes.MessageTooBig);
        }

        if (_discard)
        {
            _end = _messageStart;
        }

        return part.EndOfMessage;
    }

    /// <returns>True when the next message has already arrived and fits this batch.</returns>
    private async ValueTask<bool> EndMessageAsync()
    {
        if (!_discard)
        {
            await TakeCreditAsync();
            if (_frames is not null && !socket.IsText && BatchFrame.Is(_slab!.Bytes.AsSpan(_messageStart, _end - _messageStart)))
            {
                await ReadFrameAsync(_frames);
            }
            else
            {
                ReadMessage();
            }
        }

        GiveBack();
        _messageStart = _end;
        var full = _batch is { } batch && batch.Count >= BatchLimit || _end == _slab!.Bytes.Length;
        if (full)
        {
            _slabSize = Math.Min(_slabSize * 2, SlabLimit);
        }
        else if (socket.HasBufferedBytes && _throttle?.IsFull(_batch) != true)
        {
            return true;
        }

        CloseSlab();
        return false;
    }

    private void ReadMessage()
    {
        var message = _slab!.Bytes.AsSpan(_messageStart, _end - _messageStart);
        if (!EnvelopeReader.TryRead(message, _messageStart, out var entry))
        {
            Refuse(message);
            return;
        }

        _faultsInARow = 0;
        if (entry.Type == EnvelopeType.Unknown)
        {
            MalformedInput.Report(ErrorTypes.UnknownType, message, peer, socket.RemoteAddress, metrics, log);
            return;
        }

        var batch = OpenBatch();
        if (entry.HasVia && entry.Type == EnvelopeType.Data)
        {
            entry.Loop = loops.Judge(batch.Via(entry));
        }

        batch.Add(entry);
    }

    private EnvelopeBatch OpenBatch()
    {
        _batchStart = _batch is null ? _messageStart : _batchStart;
        return _batch ??= new EnvelopeBatch(_slab!.Retain(), connection, _throttle ?? (IBatchSource)this)
            { Peer = peer, Permissions = permissions };
    }

    /// <summary>Reads a batch frame. Its records may be more than one batch takes.</summary>
    private async ValueTask ReadFrameAsync(BatchFrameReader frames)
    {
        var fault = frames.Begin(_slab!.Bytes, _messageStart, _end);
        while (fault is null && !frames.IsEnded)
        {
            await TakeCreditAsync();
            fault = frames.Read(_slab.Bytes, OpenBatch(), _throttle?.BatchLimit ?? BatchLimit);
            if (!frames.IsEnded)
            {
                HandOver();
            }
        }

        // The frames of a peer have about the same size, and the next one should find room.
        _slabSize = Math.Max(_slabSize, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(_end - _messageStart, SlabLimit)));
        _faultsInARow = 0;
        if (fault is not null)
        {
            Violate(new PumpViolation(WebSocketCloseStatus.ProtocolError, fault), ErrorTypes.ProtocolError);
        }
    }

    private void Refuse(ReadOnlySpan<byte> message)
    {
        if (socket.IsText && !Utf8.IsValid(message))
        {
            Violate(new PumpViolation(WebSocketCloseStatus.InvalidPayloadData, "a text message must be UTF-8"), ErrorTypes.InvalidUtf8);
            return;
        }

        MalformedInput.Report(ErrorTypes.ParseError, message, peer, socket.RemoteAddress, metrics, log);
        if (++_faultsInARow > settings.MaxParseErrors)
        {
            Violate(
                new PumpViolation(WebSocketCloseStatus.PolicyViolation,
                    $"more than {settings.MaxParseErrors} messages in a row were malformed"), ErrorTypes.ProtocolAbuse);
        }
    }

    private void Violate(PumpViolation violation, string error)
    {
        if (_discard)
        {
            return;
        }

        // What came before the violation is in order and is taken in.
        HandOver();
        _discard = true;
        metrics.Errors(error).Inc();
        connection.Tell(violation);
    }

    /// <summary>Requests memory for an incomplete message; without it the connection is closed.</summary>
    private bool TryHold(int bytes)
    {
        _share ??= new ReceiveBudget.Share(Evict);
        if (_share.Bytes >= bytes || _discard || budget.TryHold(_share, bytes))
        {
            return true;
        }

        Violate(new PumpViolation(TryAgainLater, NoMemory), ErrorTypes.ReceiveMemoryFull);
        return false;
    }

    private void GiveBack()
    {
        if (_share is { Bytes: > 0 } share)
        {
            budget.Release(share);
        }
    }

    /// <summary>Other connections need the memory. The connection's actor discards further messages, and closes.</summary>
    private void Evict()
    {
        metrics.Errors(ErrorTypes.ReceiveMemoryFull).Inc();
        connection.Tell(new PumpViolation(TryAgainLater, NoMemory));
    }

    private async ValueTask TakeCreditAsync()
    {
        if (!_hasCredit && !_discard)
        {
            if (Interlocked.Decrement(ref _credits) < 0)
            {
                await Returned.WaitAsync();
            }

            _hasCredit = true;
        }
    }

    private void OpenSlab()
    {
        _slab = Slab.Rent(_slabSize);
        _messageStart = 0;
        _end = 0;
    }

    private void CloseSlab()
    {
        if (_batch is { } batch)
        {
            batch.Compact(_batchStart, _end);
            HandOver();
        }

        CountBytes();
        _slab!.Release();
        _slab = null;
    }

    /// <summary>Once for each slab, since all connections of the component share the counter.</summary>
    private void CountBytes()
    {
        metrics.BytesReceived.Inc(_uncounted);
        _uncounted = 0;
    }

    private void HandOver()
    {
        if (_batch is { } batch)
        {
            _batch = null;
            _hasCredit = false;
            _throttle?.Spend(batch);
            lock (_handingOver)
            {
                if (!_discard)
                {
                    connection.Tell(batch);
                    return;
                }
            }

            batch.Drop();
        }
    }

    private void MakeRoom()
    {
        if (_end < _slab!.Bytes.Length)
        {
            return;
        }

        HandOver();
        if (_messageStart > 0)
        {
            // More messages had arrived than the slab holds. A single large one is no reason for larger slabs.
            _slabSize = Math.Min(_slabSize * 2, SlabLimit);
        }

        var begun = _end - _messageStart;
        var size = Math.Max(begun * 2, _slabSize);
        if (!TryHold(size))
        {
            _end = _messageStart;
            return;
        }

        var larger = Slab.Rent(size);
        _slab.Bytes.AsSpan(_messageStart, begun).CopyTo(larger.Bytes);
        _slab.Release();
        _slab = larger;
        _messageStart = 0;
        _end = begun;
    }
}
