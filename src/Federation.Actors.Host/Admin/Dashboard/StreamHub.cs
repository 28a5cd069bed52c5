using System.Threading.Channels;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>The open streams of browsers. Thread-safe.</summary>
internal sealed class StreamHub
{
    public const int MaxStreams = 32;

    /// <summary>Frames that wait for one stream: two minutes of states. A stream that is not read loses the oldest.</summary>
    private const int MaxWaiting = 128;

    private readonly HashSet<Channel<byte[]>> _streams = [];
    private readonly Lock _gate = new();
    private bool _isOver;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count == 0;
            }
        }
    }

    /// <summary>Null at the maximum number of streams.</summary>
    public Channel<byte[]>? TryOpen()
    {
        lock (_gate)
        {
            if (_isOver || _streams.Count >= MaxStreams)
            {
                return null;
            }

            var stream = Channel.CreateBounded<byte[]>(
                new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
            _streams.Add(stream);
            return stream;
        }
    }

    public void Close(Channel<byte[]> stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream);
        }
    }

    public void Publish(byte[] frame)
    {
        lock (_gate)
        {
            foreach (var stream in _streams)
            {
                stream.Writer.TryWrite(frame);
            }
        }
    }

    /// <summary>No stream can be opened afterwards.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            foreach (var stream in _streams)
            {
                stream.Writer.TryComplete();
            }
        }
    }
}
