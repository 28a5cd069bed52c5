using Federation.Actors.Protocol;

namespace Federation.Actors.Connections;

/// <summary>Two buffers: one is filled while the other is being sent.</summary>
/// <remarks>Not thread-safe; the buffer from <see cref="Begin"/> belongs to the writer until <see cref="End"/>.</remarks>
internal sealed class AnswerBuffers(int initialSize)
{
    private OutboundBuffer _filling = new(initialSize);
    private OutboundBuffer _sending = new(initialSize);

    public OutboundBuffer Filling => _filling;

    public bool IsSending { get; private set; }

    public long Bytes => _filling.Length + (IsSending ? _sending.Length : 0);

    public bool IsIdle => !IsSending && _filling.Count == 0;

    /// <summary>Null when the filled buffer is empty or the other one is still being sent.</summary>
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
