using System.Collections.Concurrent;
using System.Net;
using Federation.Actors.Sockets.Client;

namespace Federation.Actors.Tests.Sockets;

/// <summary>Which of a name's addresses is connected to.</summary>
public sealed class AddressRaceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ManualTime _time = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Prize>> _started = [];

    [Theory]
    [InlineData("::1 ::2 ::3 1.1.1.1 2.2.2.2", "::1 1.1.1.1 ::2 2.2.2.2 ::3")]
    [InlineData("1.1.1.1 2.2.2.2 ::1", "1.1.1.1 ::1 2.2.2.2")]
    [InlineData("1.1.1.1", "1.1.1.1")]
    public void Families_take_turns(string resolved, string order) =>
        Assert.Equal(order, string.Join(' ', AddressRace.Order([.. resolved.Split(' ').Select(IPAddress.Parse)])));

    [Fact]
    public async Task The_next_address_starts_after_250_ms_and_the_first_that_answers_wins()
    {
        var race = Race("1.1.1.1 2.2.2.2 3.3.3.3", CancellationToken.None);
        Assert.Equal(["1.1.1.1"], _started.Keys);
        _time.Advance(AddressRace.Stagger - TimeSpan.FromMilliseconds(1));
        Assert.Single(_started);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Started(2);

        var prize = new Prize();
        _started["2.2.2.2"].SetResult(prize);

        Assert.Same(prize, await race.WaitAsync(Patience));
        Assert.False(prize.IsDisposed);
        var late = new Prize();
        _started["1.1.1.1"].SetResult(late);
        Assert.True(SpinWait.SpinUntil(() => late.IsDisposed, Patience));
        Assert.Equal(2, _started.Count);
    }

    [Fact]
    public async Task A_refusal_starts_the_next_at_once_and_all_of_them_are_told_when_none_is_left()
    {
        var race = Race("1.1.1.1 2.2.2.2", CancellationToken.None);
        _started["1.1.1.1"].SetException(new IOException("refused 1"));
        Started(2);
        _started["2.2.2.2"].SetException(new IOException("refused 2"));

        var failure = await Assert.ThrowsAsync<AggregateException>(() => race.WaitAsync(Patience));

        Assert.Equal(["refused 1", "refused 2"], failure.InnerExceptions.Select(static e => e.Message));
    }

    [Fact]
    public async Task Cancelling_the_race_cancels_all_that_run_in_it()
    {
        using var cancel = new CancellationTokenSource();
        var race = Race("1.1.1.1 2.2.2.2", cancel.Token);
        _time.Advance(AddressRace.Stagger);
        Started(2);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race.WaitAsync(Patience));
        Assert.All(_started.Values, static start => Assert.True(start.Task.IsCanceled));
    }

    /// <summary>A race; what is started in it ends when it is cancelled only if the race itself can be.</summary>
    private Task<Prize> Race(string addresses, CancellationToken cancel) => AddressRace.RunAsync(
        [.. addresses.Split(' ').Select(IPAddress.Parse)],
        (address, lost) =>
        {
            var start = new TaskCompletionSource<Prize>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (cancel.CanBeCanceled)
            {
                lost.Register(() => start.TrySetCanceled(lost));
            }

            _started.TryAdd(address.ToString(), start);
            return start.Task;
        },
        _time,
        cancel);

    private void Started(int count) => Assert.True(SpinWait.SpinUntil(() => _started.Count == count, Patience));

    private sealed class Prize : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
