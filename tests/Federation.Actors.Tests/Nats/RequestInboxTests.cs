using Federation.Actors.Nats;
using Federation.Actors.Settings;

namespace Federation.Actors.Tests.Nats;

public sealed class RequestInboxTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly SemaphoreSlim _reconnected = new(0);
    private readonly RequestInbox _inbox;
    private TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;

    public RequestInboxTests() => _inbox = new RequestInbox(
        async () =>
        {
            _asked.Release();
            return await _answer.Task;
        },
        () =>
        {
            _reconnected.Release();
            return _failure is null ? Task.CompletedTask : Task.FromException(_failure);
        },
        static () => new Backoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)),
        _stop.Token);

    public void Dispose()
    {
        _stop.Cancel();
        _answer.TrySetCanceled();
        _asked.Dispose();
        _reconnected.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_refusal_during_a_failed_reconnect_does_not_start_a_second_search()
    {
        _failure = new IOException("the server is away");
        _inbox.Refuse("denied");
        Assert.True(await _asked.WaitAsync(Patience));
        var answer = _answer;
        _answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        answer.SetResult(true);
        Assert.True(await _reconnected.WaitAsync(Patience));
        Assert.True(await _asked.WaitAsync(Patience));

        _inbox.Refuse("denied");

        Assert.False(await _asked.WaitAsync(Silence));
    }

    [Fact]
    public async Task A_refusal_on_the_new_connection_is_mended_as_well()
    {
        _answer.SetResult(true);
        _inbox.Refuse("denied");
        Assert.True(await _reconnected.WaitAsync(Patience));
        _inbox.Lose();

        _inbox.Refuse("denied again");

        Assert.Equal("denied again", _inbox.Refusal);
        Assert.True(await _reconnected.WaitAsync(Patience));
    }

    [Fact]
    public async Task Nothing_is_reconnected_once_the_refused_connection_is_lost()
    {
        _inbox.Refuse("denied");
        Assert.True(await _asked.WaitAsync(Patience));
        var answer = _answer;
        _answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _inbox.Lose();
        answer.SetResult(false);

        Assert.Null(_inbox.Refusal);
        Assert.False(await _asked.WaitAsync(Silence));
        Assert.False(await _reconnected.WaitAsync(TimeSpan.Zero));
    }
}
