using System.Buffers;
using System.Globalization;
using System.Text;
using Federation.Actors.Diagnostics;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>Fetches from a pull consumer ahead, by number and by bytes, and passes each message on from the client library's reading
/// thread. Thread-safe.</summary>
/// <remarks>The library's own consuming allocates three objects and changes a timer for each message, and drops by a bound of its
/// own.</remarks>
internal sealed class PullSubscription : MessageSubscription
{
    /// <summary>The interval of the server's heartbeats for a pull request; after two missed ones the consumer is opened again. A
    /// restarted server has lost old requests, and some versions do not answer a request for a deleted consumer.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    // Then the server reports how much of a request is left.
    private const long ExpiresNanoseconds = 30_000_000_000;

    // The server deletes an ephemeral consumer without a request for 30 s.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly NatsConnection _connection;
    private readonly string _next;
    private readonly int _most;
    private readonly long _mostBytes;
    private readonly Action<string, string, NatsHeaders?, byte[]> _take;
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _asked;
    private long _held;
    private TimeSpan _lastCame = Clock.System.Elapsed;
    private TimeSpan _lastAsked = Clock.System.Elapsed;

    /// <param name="most">Messages that are requested ahead.</param>
    /// <param name="mostBytes">Bytes that are held before requests pause.</param>
    /// <param name="take">Receives subject, reply subject, headers and payload. On the reading thread; must not wait.</param>
    /// <param name="unreadable">Receives the reason when headers of a message cannot be parsed.</param>
    public PullSubscription(NatsConnection connection, string inbox, string next, int most, long mostBytes,
        Action<string, string, NatsHeaders?, byte[]> take, Action<string> unreadable)
        : base(connection, inbox, queueGroup: null, unreadable)
    {
        _connection = connection;
        _next = next;
        _most = most;
        _mostBytes = mostBytes;
        _take = take;
    }

    /// <summary>Completes with the server's reason, or an empty text after an unsubscription.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Whether heartbeats of a request are missing.</summary>
    public bool IsSilent
    {
        get
        {
            lock (_gate)
            {
                return _asked > 0 && Clock.System.Elapsed - Later(_lastCame, _lastAsked) > Heartbeat * 2;
            }
        }
    }

    /// <summary>Requests messages if there is room, and from time to time so that the server keeps the consumer.</summary>
    public void Ask()
    {
        int count;
        lock (_gate)
        {
            var isDue = _asked == 0 && Clock.System.Elapsed - _lastAsked > LongestPause;
            if (_ended.Task.IsCompleted || _asked > _most / 2 || (_held >= _mostBytes && !isDue))
            {
                return;
            }

            count = _held >= _mostBytes ? 1 : _most - _asked;
            _asked += count;
            _lastAsked = Clock.System.Elapsed;
        }

        _ = AskAsync(count);
    }

    /// <summary>A message with so many bytes is no longer held.</summary>
    public void Release(int bytes)
    {
        bool wasFull;
        lock (_gate)
        {
            wasFull = _held >= _mostBytes;
            _held -= bytes;
        }

        if (wasFull)
        {
            Ask();
        }
    }

    protected override void Take(string subject, string? replyTo, NatsHeaders? headers, ReadOnlySequence<byte> payload)
    {
        if (replyTo is null || string.Equals(subject, Subject, StringComparison.Ordinal))
        {
            lock (_gate)
            {
                _lastCame = Clock.System.Elapsed;
            }

            TakeStatus(headers);
            return;
        }

        var isLow = false;
        lock (_gate)
        {
            _lastCame = Clock.System.Elapsed;
            _held += payload.Length;
            _asked = Math.Max(0, _asked - 1);
            isLow = _asked <= _most / 2;
        }

        _take(subject, replyTo, headers, payload.ToArray());
        if (isLow)
        {
            Ask();
        }
    }

    protected override void Fail(string subject, Exception error) => _ended.TrySetResult(error.Message);

    // The base class may call this before its constructor returns.
    protected override void TryComplete() => _ended?.TrySetResult("");

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void TakeStatus(NatsHeaders? headers)
    {
        switch (headers?.Code)
        {
            case null or 100:
                break;
            case 404 or 408 or 409 when IsEndOfRequest(headers):
                lock (_gate)
                {
                    _asked = headers.TryGetValue("Nats-Pending-Messages", out var left)
                        && int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                        ? Math.Max(0, _asked - count) : 0;
                }

                Ask();
                break;
            default:
                _ended.TrySetResult($"the server reports: {headers!.Code} {headers.MessageText}".TrimEnd());
                break;
        }
    }

    private static bool IsEndOfRequest(NatsHeaders headers) =>
        headers.Code != 409 || headers.MessageText.Contains("MaxBytes", StringComparison.OrdinalIgnoreCase)
        || headers.MessageText.Contains("Batch Completed", StringComparison.OrdinalIgnoreCase);

    private async Task AskAsync(int count)
    {
        // More than the largest message has: one that a request has no room for is never given out.
        var bytes = _mostBytes + (_connection.ServerInfo?.MaxPayload ?? 0);
        var request = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"expires\":{ExpiresNanoseconds},\"batch\":{count},\"max_bytes\":{bytes},\"idle_heartbeat\":{Heartbeat.Ticks * 100}}}"));
        try
        {
            await _connection.PublishAsync(_next, request, replyTo: Subject, serializer: NatsRawSerializer<byte[]>.Default);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The connection is away; no heartbeat comes.
        }
    }
}
