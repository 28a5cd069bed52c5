using System.Threading.Channels;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>The browsers that look on. Thread-safe.</summary>
internal sealed class StreamHub
{
    /// <summary>Streams at a time.</summary>
    public const int MaxStreams = 32;

    /// <summary>What may wait for one stream: two minutes of states. One that does not read loses the oldest.</summary>
    private const int MaxWaiting = 128;

    private readonly HashSet<Channel<byte[]>> _streams = [];
    private readonly Lock _gate = new();
    private bool _isOver;

    /// <summary>True when nobody looks.</summary>
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

    /// <summary>Opens a stream; null when there are as many as may be.</summary>
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

    /// <summary>Forgets a stream.</summary>
    public void Close(Channel<byte[]> stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream);
        }
    }

    /// <summary>Sends the same to all.</summary>
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

    /// <summary>Ends all of them, and lets no other begin.</summary>
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
