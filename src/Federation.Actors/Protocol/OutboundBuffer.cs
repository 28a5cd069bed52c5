using System.Buffers;

namespace Federation.Actors.Protocol;

/// <summary>Texts for one peer, in one pooled array.</summary>
/// <remarks>Owned by one connection, which fills it while its twin is being written to the socket. <see cref="Release"/> returns the
/// memory and leaves the buffer usable. Not thread-safe.</remarks>
internal sealed class OutboundBuffer : IBufferWriter<byte>
{
    private readonly int _initialSize;
    private byte[] _bytes = [];
    private int[] _ends = [];
    private int _length;

    public OutboundBuffer(int initialSize) => _initialSize = initialSize;

    public int Count { get; private set; }

    public int Length => Count == 0 ? 0 : _ends[Count - 1];

    public ReadOnlyMemory<byte> this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            return _bytes.AsMemory(start, _ends[index] - start);
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

    public void EndMessage()
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

        _ends[Count++] = _length;
    }

    public void DiscardUnfinished() => _length = Length;

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
