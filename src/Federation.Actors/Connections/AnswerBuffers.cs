using Federation.Actors.Protocol;

namespace Federation.Actors.Connections;

/// <summary>Two buffers: one is filled while the other is on its way to the peer.</summary>
/// <remarks>Not thread-safe; the buffer that <see cref="Begin"/> returns belongs to the writer until <see cref="End"/>.</remarks>
internal sealed class AnswerBuffers(int initialSize)
{
    private OutboundBuffer _filling = new(initialSize);
    private OutboundBuffer _sending = new(initialSize);

    public OutboundBuffer Filling => _filling;

    /// <summary>True between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public bool IsSending { get; private set; }

    public long Bytes => _filling.Length + (IsSending ? _sending.Length : 0);

    public bool IsIdle => !IsSending && _filling.Count == 0;

    /// <summary>Takes the filled buffer; null when it is empty or the other one is on its way.</summary>
    public OutboundBuffer? Begin()
    {
        if (IsSending || _filling.Count == 0)
        {
            return null;
        }

        (_filling, _sending) = (_sending, _filling);
        IsSending = true;
        return _sending;
    }

    /// <summary>The buffer that <see cref="Begin"/> returned is sent; its memory goes back to the pool.</summary>
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
