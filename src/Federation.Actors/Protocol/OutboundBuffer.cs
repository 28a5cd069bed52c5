using System.Buffers;

namespace Federation.Actors.Protocol;

/// <summary>Messages waiting to be sent to one peer, end to end in one pooled array.</summary>
/// <remarks>
/// Owned by one connection, which fills it while its twin is being written to the socket. Not thread-safe: it changes hands, it is
/// never shared. <see cref="Release"/> gives the memory back and leaves the buffer usable.
/// </remarks>
internal sealed class OutboundBuffer : IBufferWriter<byte>
{
    private readonly int _initialSize;
    private byte[] _bytes = [];

    // Where each message ends; of a binary one the complement of that.
    private int[] _ends = [];
    private int _length;

    public OutboundBuffer(int initialSize) => _initialSize = initialSize;

    public int Count { get; private set; }

    /// <summary>Bytes of the finished messages.</summary>
    public int Length => Count == 0 ? 0 : End(Count - 1);

    /// <summary>Bytes of the message that has been begun.</summary>
    public int Unfinished => _length - Length;

    public ReadOnlyMemory<byte> this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : End(index - 1);
            return _bytes.AsMemory(start, End(index) - start);
        }
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(_length);
    }

    /// <summary>Whether a message is binary; otherwise it is a text.</summary>
    public bool IsBinary(int index) => _ends[index] < 0;

    public void EndMessage(bool isBinary = false)
    {
        if (Count == _ends.Length)
        {
            var larger = ArrayPool<int>.Shared.Rent(Math.Max(64, _ends.Length * 2));
            _ends.AsSpan(0, Count).CopyTo(larger);
            if (_ends.Length > 0)
            {
                ArrayPool<int>.Shared.Return(_ends);
            }

            _ends = larger;
        }

        _ends[Count++] = isBinary ? ~_length : _length;
    }

    /// <param name="except">Bytes of the unfinished message that stay.</param>
    public void DiscardUnfinished(int except = 0) => _length = Length + except;

    public void Clear()
    {
        Count = 0;
        _length = 0;
    }

    public void Release()
    {
        Clear();
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }

        if (_ends.Length > 0)
        {
            ArrayPool<int>.Shared.Return(_ends);
            _ends = [];
        }
    }

    private int End(int index) => _ends[index] is var end && end < 0 ? ~end : end;

    private void Reserve(int size)
    {
        if (_bytes.Length - _length >= size)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(_initialSize, _bytes.Length * 2), _length + size));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }
}
