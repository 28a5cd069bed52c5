using Federation.Actors.Protocol;

namespace Federation.Actors.Connections;

/// <summary>Two buffers: one is filled while the other is on its way to the peer.</summary>
/// <remarks>Not thread-safe; the buffer that <see cref="Begin"/> returns belongs to the writer until <see cref="End"/>.</remarks>
/// <param name="initialSize">Bytes of a buffer.</param>
/// <param name="frames">Writes frames; null: there are none on the connection.</param>
internal sealed class AnswerBuffers(int initialSize, BatchWriter? frames = null)
{
    private OutboundBuffer _filling = new(initialSize);
    private OutboundBuffer _sending = new(initialSize);

    /// <summary>Takes envelopes.</summary>
    public OutboundBuffer Filling
    {
        get
        {
            frames?.EndFrame(_filling);
            return _filling;
        }
    }

    /// <summary>Writes frames; null: there are none on the connection.</summary>
    public BatchWriter? Frames => frames;

    public bool IsSending { get; private set; }

    public long Bytes =>
        _filling.Length + _filling.Unfinished + (IsSending ? _sending.Length : 0) + (frames is null ? 0 : frames.WaitingBytes);

    public bool IsIdle => !IsSending && Bytes == 0;

    /// <summary>Writes a message as a record.</summary>
    public void Write(OutboundMessage message) => frames!.Write(_filling, message);

    /// <summary>Null when the filled buffer is empty or the other one is still being sent.</summary>
    public OutboundBuffer? Begin()
    {
        if (IsSending)
        {
            return null;
        }

        frames?.Finish(_filling);
        if (_filling.Count == 0)
        {
            return null;
        }

        (_filling, _sending) = (_sending, _filling);
        IsSending = true;
        return _sending;
    }

    public void End()
    {
        IsSending = false;
        _sending.Release();
    }

    public void Release()
    {
        _filling.Release();
        if (!IsSending)
        {
            _sending.Release();
        }
    }
}
