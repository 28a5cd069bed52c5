using Akka.Actor;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;

namespace Federation.Actors.Connections;

/// <summary>What leaves on one connection: answers, requests and messages, written together as fast as the network takes them.</summary>
/// <remarks>Not thread-safe. At most one write is on its way; when it has ended, <see cref="EndSend"/> is called.</remarks>
/// <param name="socket">Where to.</param>
/// <param name="setup">Its sizes, its limits and its instruments.</param>
internal sealed class ConnectionWriter(IPeerSocket socket, ConnectionSetup setup)
{
    // Of an envelope, without its id, which is at most as long as one that has come in.
    private const int HeadLength = 256;

    private readonly AnswerBuffers _buffers = new(setup.WriteBufferSize);
    private AnswerWriter? _writer;
    private int _filled;
    private int _sending;
    private int _flushed;

    /// <summary>Writes answers, requests and replies; <see cref="TrySend"/> sends them.</summary>
    public AnswerWriter Writer => _writer ??= new AnswerWriter(_buffers, setup.Metrics, setup.Log, answersRequests: setup.Routes.Requests.IsNobody());

    /// <summary>Bytes that wait.</summary>
    public long Bytes => _buffers.Bytes;

    /// <summary>True when more waits than may.</summary>
    public bool IsOver => _buffers.Bytes > setup.Settings.SendQueueBytes;

    /// <summary>True while a write is on its way.</summary>
    public bool IsSending => _buffers.IsSending;

    /// <summary>True when nothing waits and nothing is on its way.</summary>
    public bool IsIdle => _buffers.IsIdle;

    /// <summary>Whether there is room for this besides what waits, and the other end takes it.</summary>
    public bool HasRoom(ReadOnlyMemory<byte> payload) =>
        payload.Length + HeadLength <= setup.Settings.MaxMessageSize && _buffers.Bytes + payload.Length <= setup.Settings.SendQueueBytes;

    /// <summary>Writes messages; whoever sends them keeps a window that fits.</summary>
    public void Write(IReadOnlyList<OutboundMessage> messages, long now)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            try
            {
                EnvelopeWriter.WriteMessage(_buffers.Filling, messages[i], now);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // It is sent again, as often as any that is not acked.
                _buffers.Filling.DiscardUnfinished();
                setup.Log.WriteFailure(setup.Metrics, "send a message", e);
            }
        }

        _filled += messages.Count;
    }

    /// <summary>Writes until nothing is left or the network does not take more at once.</summary>
    /// <param name="sending">What has to be waited for, when this returns true.</param>
    public bool TrySend(out ValueTask sending)
    {
        while (_buffers.Begin() is { } buffer)
        {
            (_sending, _filled) = (_filled, 0);
            sending = socket.SendAsync(buffer, CancellationToken.None);
            if (!sending.IsCompletedSuccessfully)
            {
                return true;
            }

            EndSend();
        }

        sending = default;
        return false;
    }

    /// <summary>The write that was waited for has ended well.</summary>
    public void EndSend()
    {
        _buffers.End();
        _flushed += _sending;
        _sending = 0;
    }

    /// <summary>How many messages have left since the last time.</summary>
    public int TakeFlushed()
    {
        var flushed = _flushed;
        _flushed = 0;
        return flushed;
    }

    /// <summary>Gives back what no write holds.</summary>
    public void Release() => _buffers.Release();
}
