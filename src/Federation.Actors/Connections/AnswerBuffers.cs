using Federation.Actors.Protocol;

namespace Federation.Actors.Connections;

/// <summary>Two buffers for what goes to a peer: one is filled while the other is on its way.</summary>
/// <remarks>Not thread-safe; the buffer that <see cref="Begin"/> returns belongs to the writer until <see cref="End"/>.</remarks>
internal sealed class AnswerBuffers(int initialSize)
{
    private OutboundBuffer _filling = new(initialSize);
    private OutboundBuffer _sending = new(initialSize);

    /// <summary>Where to write the next text.</summary>
    public OutboundBuffer Filling => _filling;

    /// <summary>True between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public bool IsSending { get; private set; }

    /// <summary>Bytes that have not been sent.</summary>
    public long Bytes => _filling.Length + (IsSending ? _sending.Length : 0);

    /// <summary>True when there is nothing to send and nothing on its way.</summary>
    public bool IsIdle => !IsSending && _filling.Count == 0;

    /// <summary>Takes what has been filled, when there is something and nothing is on its way.</summary>
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

    /// <summary>What <see cref="Begin"/> returned is sent; its memory goes back to the pool.</summary>
    public void End()
    {
        IsSending = false;
        _sending.Release();
    }

    /// <summary>Gives back what no writer holds.</summary>
    public void Release()
    {
        _filling.Release();
        if (!IsSending)
        {
            _sending.Release();
        }
    }
}
