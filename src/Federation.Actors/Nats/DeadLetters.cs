using System.Threading.Channels;
using Federation.Actors.Diagnostics;
using Federation.Actors.Sending;
using Federation.Actors.Settings;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>Publishes dead letters. A message's source may forget it once NATS has confirmed that it has the letter.</summary>
/// <remarks>
/// <para>
/// They have a connection of their own, opened with the first of them, because a PONG confirms something only on a connection that does not come
/// back by itself; see <see cref="OrderedConnection"/>.
/// </para>
/// <para>
/// A message that a stream stores and whose letter is refused or not confirmed stays in the stream, which gives it out again after <c>ack_wait</c>. Letters of
/// other messages wait while NATS is away, as many as <see cref="MostWaiting"/>.
/// </para>
/// <para>Thread-safe.</para>
/// </remarks>
internal sealed class DeadLetters : IAsyncDisposable
{
    /// <summary>Letters that wait.</summary>
    internal const int MostWaiting = 1024;

    /// <summary>Letters that are confirmed together.</summary>
    private const int BatchLimit = 128;

    /// <summary>Bytes of the headers of a dead letter: five names, three names of 64 characters, a subject.</summary>
    private const int HeadersAtMost = 2048;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Func<Action<string, long>, OrderedConnection> _connect;
    private readonly Action<DeadLetterOutcome, int, string> _report;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<(DeadMessage Dead, NatsHeaders Headers)> _letters = Channel.CreateBounded<(DeadMessage, NatsHeaders)>(MostWaiting);
    private readonly Lock _gate = new();
    private List<(string Error, long Pongs)> _refused = [];
    private int _isSending;

    /// <param name="connect">Makes a connection, not opened, that reports the server's errors to this.</param>
    /// <param name="subject">Where they are published.</param>
    /// <param name="timeout">How long a confirm is waited for.</param>
    /// <param name="report">Receives what became of how many letters, and why. Must not wait.</param>
    public DeadLetters(Func<Action<string, long>, OrderedConnection> connect, string subject, TimeSpan timeout, Action<DeadLetterOutcome, int, string> report)
    {
        _connect = connect;
        Subject = subject;
        _timeout = timeout;
        _report = report;
    }

    /// <summary>The subject they are published to.</summary>
    public string Subject { get; }

    /// <summary>Takes a letter in.</summary>
    public void Add(DeadMessage dead, NatsHeaders headers)
    {
        if (_letters.Writer.TryWrite((dead, headers)))
        {
            if (Interlocked.Exchange(ref _isSending, 1) == 0)
            {
                _ = Task.Run(SendAsync);
            }
        }
        else
        {
            _report(DeadLetterOutcome.Unconfirmed, 1, $"{MostWaiting} dead letters wait already");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _stop.CancelAsync();

    private async Task SendAsync()
    {
        var pause = Backoff.OfNats(LongestPause);
        List<(DeadMessage Dead, NatsHeaders Headers)> batch = [];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var connection = _connect(TakeError);
                await connection.ConnectAsync();
                while (batch.Count > 0 || await _letters.Reader.WaitToReadAsync(_stop.Token))
                {
                    while (batch.Count < BatchLimit && _letters.Reader.TryRead(out var letter))
                    {
                        batch.Add(letter);
                    }

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
                var stored = batch.RemoveAll(static letter => letter.Dead.Message.IsStored);
                _report(DeadLetterOutcome.Unconfirmed, stored, NatsProblem.Describe(e));
            }

            await pause.WaitAsync(_stop.Token);
        }
    }

    private async Task SendAsync(OrderedConnection connection, List<(DeadMessage Dead, NatsHeaders Headers)> batch)
    {
        lock (_gate)
        {
            _refused = [];
        }

        foreach (var (dead, headers) in batch)
        {
            // With its new headers a message of the largest size does not fit: then they alone are what is left of it.
            var payload = dead.Message.Payload.Length + HeadersAtMost > connection.Connection.ServerInfo?.MaxPayload ? default : dead.Message.Payload;
            await connection.Connection.PublishAsync(Subject, payload, headers, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default, cancellationToken: _stop.Token);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(_timeout);
        var ping = await connection.PingAsync(limit.Token);
        string? error = null;
        lock (_gate)
        {
            error = _refused.Find(refused => refused.Pongs < ping).Error;
        }

        if (error is not null)
        {
            // All went to one subject: which of them it was does not show.
            _report(DeadLetterOutcome.Refused, batch.Count, error);
            return;
        }

        foreach (var (dead, _) in batch)
        {
            dead.Message.Done();
        }

        _report(DeadLetterOutcome.Confirmed, batch.Count, "");
    }

    private void TakeError(string error, long pongs)
    {
        if (NatsRefusal.Parse(error) is not null)
        {
            lock (_gate)
            {
                _refused.Add((error, pongs));
            }
        }
    }
}
