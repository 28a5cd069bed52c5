using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sending;

namespace Federation.Actors.Host.Commands;

internal sealed class SendRun(SendSettings settings, PeerTarget target, Action<string> warn) : IDisposable
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly SendLedger _ledger = new(settings);
    private readonly SemaphoreSlim _room = new(settings.Window, settings.Window);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _patience = new();
    private readonly long _start = Clock.System.Time.GetTimestamp();
    private bool _isLinked;
    private int _attempt;

    public long DoneBytes => _ledger.DoneBytes;

    public SendSummary Summary(string? error = null) => _ledger.Summarize(Now, error);

    private TimeSpan Now => Clock.System.Time.GetElapsedTime(_start);

    /// <summary>Ends when everything is answered, or cannot be.</summary>
    public async Task<SendSummary> RunAsync(Stream input, CancellationToken cancel)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel, _patience.Token);
        var reading = ReadAsync(input, ending.Token);
        string? error = null;
        try
        {
            GoneOn();
            while (!_ledger.IsDone)
            {
                error = await ConnectAndSendAsync(ending.Token);
                if (error is not null)
                {
                    break;
                }
            }

            // What was wrong with the input itself.
            error ??= await reading;
        }
        catch (OperationCanceledException)
        {
            error = cancel.IsCancellationRequested
                ? "interrupted" : $"no answer for {settings.Timeout.TotalSeconds:0.###} s; --timeout sets the limit";
        }

        if (error is not null && !_ledger.InputEnded)
        {
            error += "; the rest of the input was not sent";
        }

        await ending.CancelAsync();
        return Summary(error);
    }
    public void Dispose()
    {
        _room.Dispose();
        _wake.Dispose();
        _patience.Dispose();
    }

    /// <returns>Why a retry is useless; null when it is not, or everything is answered.</returns>
    private async Task<string?> ConnectAndSendAsync(CancellationToken cancel)
    {
        try
        {
            using var link = await PeerLink.ConnectAsync(target, cancel);
            _ledger.Connected(Now);
            SetLinked(true);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var receiving = ReceiveAsync(link, end.Token);
            var sending = SendAsync(link, end.Token);
            await Task.WhenAny(receiving, sending);
            if (sending.IsCompletedSuccessfully)
            {
                await link.CloseAsync();
                await Task.WhenAny(receiving, Task.Delay(Linger, CancellationToken.None));
            }

            await end.CancelAsync();
            await Task.WhenAll(Ended(receiving), Ended(sending));
            cancel.ThrowIfCancellationRequested();
            if (!sending.IsCompletedSuccessfully)
            {
                // Whatever the one that was cancelled says, the other has the reason.
                await (receiving.IsFaulted ? receiving : sending);
            }

            return null;
        }
        catch (PeerLinkException e) when (e.IsFinal || !settings.Resend)
        {
            return settings.Resend
                || e.IsFinal ? e.Message : $"{e.Message}; use --resend to resend unanswered messages";
        }
        catch (PeerLinkException e)
        {
            SetLinked(false);
            var pause = SendLedger.Pause.Delay(_attempt++, Random.Shared.NextDouble(), e.RetryAfter);
            warn($"{e.Message}; next attempt in {pause.TotalSeconds:0.0} s");
            await Task.Delay(pause, cancel);
            return null;
        }
    }

    private static Task Ended(Task task) =>
        task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    /// <summary>Reads ahead as far as the window has room.</summary>
    /// <returns>The fault of the input, or null at its end.</returns>
    private async Task<string?> ReadAsync(Stream input, CancellationToken cancel)
    {
        var lines = new SendLine($"send-{Guid.NewGuid():N}"[..13] + "-");
        var number = 0L;
        try
        {
            await foreach (var (line, length) in LineReader.ReadAsync(input, cancel))
            {
                number++;
                if (line.Span.Trim(" \t"u8).IsEmpty)
                {
                    continue;
                }

                await _room.WaitAsync(cancel);
                if (lines.Read(number, line, length, out var fault) is { } message)
                {
                    fault = _ledger.Add(message) is { } other
                        ? $"found the id of line {other}, which is still unanswered, expected another id" : "";
                }

                if (fault.Length > 0)
                {
                    warn($"line {number}: {fault}");
                    _ledger.Bad(length);
                    _room.Release();
                }

                Wake();
            }

            return null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return $"line {number + 1}: {e.Message}; this line and the rest were not sent";
        }
        finally
        {
            if (!cancel.IsCancellationRequested)
            {
                _ledger.EndInput();
                Wake();
            }
        }
    }

    private async Task SendAsync(PeerLink link, CancellationToken cancel)
    {
        while (true)
        {
            if (_ledger.Next(Now, out var wait) is { } message)
            {
                if (message.Sent == 1)
                {
                    GoneOn();
                }

                await link.SendAsync(message.Text, cancel);
            }
            else if (_ledger.IsDone)
            {
                return;
            }
            else
            {
                // A wait of nothing at all would be a busy one.
                await _wake.WaitAsync(wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait, cancel);
            }
        }
    }

    private async Task ReceiveAsync(PeerLink link, CancellationToken cancel)
    {
        while (true)
        {
            var text = await link.ReceiveAsync(cancel);
            if (!EnvelopeReader.TryRead(text.Span, 0, out var envelope))
            {
                continue;
            }

            switch (envelope.Type)
            {
                case EnvelopeType.Ack:
                    Answered(_ledger.Acked(EnvelopeText.Id(text.Span, envelope)));
                    break;
                case EnvelopeType.Nack:
                    var reason = NackPayload.Reason(text.Span.Slice(envelope.PayloadOffset, envelope.PayloadLength));
                    Answered(_ledger.Nacked(EnvelopeText.Id(text.Span, envelope), reason, Now));
                    break;
                case EnvelopeType.Slow:
                    _ledger.Slow(Now);
                    break;
                default:
                    await link.RefuseAsync(text, envelope, cancel);
                    break;
            }
        }
    }

    private void Answered(bool isDone)
    {
        if (isDone)
        {
            _attempt = 0;
            _room.Release();
            GoneOn();
        }

        Wake();
    }

    private void SetLinked(bool linked)
    {
        _isLinked = linked;
        if (!_ledger.IsWaiting)
        {
            GoneOn();
        }
    }

    /// <summary>Restarts the timeout for answers, while some are pending.</summary>
    private void GoneOn() => _patience.CancelAfter(_ledger.IsWaiting || !_isLinked ? settings.Timeout : Timeout.InfiniteTimeSpan);

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake.
        }
    }
}
