using System.Threading.Channels;
using Federation.Actors.Diagnostics;
using Federation.Actors.Sending;
using Federation.Actors.Settings;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>Publishes the dead letters of a node, and settles a message's source once NATS has confirmed the letter.</summary>
/// <remarks><para>They have a connection of their own, opened for the first letter, because a PONG confirms only on a connection that
/// does not reconnect; see <see cref="OrderedConnection"/>.</para>
/// <para>A stored message whose letter is refused or unconfirmed stays in its stream, which redelivers it after <c>ack_wait</c>. Letters
/// of other messages wait while NATS is away, <see cref="MostWaiting"/> of each port. Thread-safe.</para></remarks>
internal sealed class DeadLetters(Func<Action<string, long>, OrderedConnection> connect, TimeSpan timeout) : IAsyncDisposable
{
    internal const int MostWaiting = 1024;

    private const int BatchLimit = 128;

    /// <summary>Bytes: five names, three values of 64 characters, a subject.</summary>
    private const int HeadersAtMost = 2048;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Letter> _letters = Channel.CreateUnbounded<Letter>();
    private readonly Lock _gate = new();
    private List<(NatsRefusal Refusal, long Pongs)> _refused = [];
    private int _isSending;

    public void Add(DeadLetterPort port, DeadMessage dead, NatsHeaders headers)
    {
        if (!port.TryAdd())
        {
            port.Report(DeadLetterOutcome.Unconfirmed, 1, $"{MostWaiting} dead letters are already waiting");
            return;
        }

        _letters.Writer.TryWrite(new Letter(port, dead, headers));
        if (Interlocked.Exchange(ref _isSending, 1) == 0)
        {
            _ = Task.Run(SendAsync);
        }
    }

    public async ValueTask DisposeAsync() => await _stop.CancelAsync();

    private async Task SendAsync()
    {
        var pause = Backoff.OfNats(LongestPause);
        List<Letter> batch = [];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = connect(TakeError);
                await connection.ConnectAsync();
                while (batch.Count > 0 || await _letters.Reader.WaitToReadAsync(_stop.Token))
                {
                    while (batch.Count < BatchLimit && _letters.Reader.TryRead(out var letter))
                    {
                        letter.Port.Remove();
                        batch.Add(letter);
                    }

                    batch.RemoveAll(static letter => letter.Port.IsClosed);
                    await SendAsync(connection, batch);
                    batch.Clear();
                    pause.Reset();
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (_stop.IsCancellationRequested)
                {
                    return;
                }

                // What a stream keeps comes again; for the others there is only this.
                var reason = NatsProblem.Describe(e);
                foreach (var letters in batch.GroupBy(static letter => letter.Port))
                {
                    letters.Key.Report(DeadLetterOutcome.Unconfirmed, letters.Count(static letter => letter.IsStored), reason);
                }

                batch.RemoveAll(static letter => letter.IsStored);
            }

            await pause.WaitAsync(_stop.Token);
        }
    }

    private async Task SendAsync(OrderedConnection connection, List<Letter> batch)
    {
        lock (_gate)
        {
            _refused = [];
        }

        foreach (var (port, dead, headers) in batch)
        {
            // With its new headers a message of the largest size does not fit: then they alone are what is left of it.
            var isTooLarge = dead.Message.Payload.Length + HeadersAtMost > connection.Connection.ServerInfo?.MaxPayload;
            var payload = isTooLarge ? default : dead.Message.Payload;
            await connection.Connection.PublishAsync(port.Subject, payload, headers,
                serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default, cancellationToken: _stop.Token);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(timeout);
        var ping = await connection.PingAsync(limit.Token);
        List<NatsRefusal> refusals;
        lock (_gate)
        {
            refusals = [.. _refused.Where(refused => refused.Pongs < ping).Select(static refused => refused.Refusal)];
        }

        foreach (var letters in batch.GroupBy(static letter => letter.Port))
        {
            // All of a port went to one subject: which of them was refused does not show. An account that maps subjects names none of ours.
            if (refusals.Find(
                refusal => Names(refusal, letters.Key) || !batch.Exists(letter => Names(refusal, letter.Port))) is { } refusal)
            {
                letters.Key.Report(DeadLetterOutcome.Refused, letters.Count(), refusal.Text);
                continue;
            }

            foreach (var letter in letters)
            {
                letter.Dead.Message.Done();
            }

            letters.Key.Report(DeadLetterOutcome.Confirmed, letters.Count(), "");
        }
    }

    private static bool Names(NatsRefusal refusal, DeadLetterPort port) =>
        string.Equals(refusal.Subject, port.Subject, StringComparison.Ordinal);

    private void TakeError(string error, long pongs)
    {
        if (NatsRefusal.Parse(error) is { } refusal)
        {
            lock (_gate)
            {
                _refused.Add((refusal, pongs));
            }
        }
    }

    private sealed record Letter(DeadLetterPort Port, DeadMessage Dead, NatsHeaders Headers)
    {
        public bool IsStored => Dead.Message.IsStored;
    }
}

internal sealed class DeadLetterPort(string subject, Action<DeadLetterOutcome, int, string> report)
{
    private volatile bool _isClosed;
    private int _waiting;

    public string Subject => subject;

    public bool IsClosed => _isClosed;

    /// <returns>False when the maximum number of letters waits.</returns>
    public bool TryAdd()
    {
        if (Interlocked.Increment(ref _waiting) <= DeadLetters.MostWaiting)
        {
            return true;
        }

        Remove();
        return false;
    }

    public void Remove() => Interlocked.Decrement(ref _waiting);

    public void Close() => _isClosed = true;

    /// <summary>Must not wait.</summary>
    public void Report(DeadLetterOutcome outcome, int count, string reason) => report(outcome, count, reason);
}
