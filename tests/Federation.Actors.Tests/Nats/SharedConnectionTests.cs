using Federation.Actors.Nats;
using NATS.Client.Core;

namespace Federation.Actors.Tests.Nats;

public sealed class SharedConnectionTests
{
    private readonly List<SharedConnection> _made = [];
    private readonly Shared<SharedConnection> _shared;

    public SharedConnectionTests() => _shared = new Shared<SharedConnection>(() =>
    {
        _made.Add(new SharedConnection(NatsOpts.Default, new NatsServers("nats://127.0.0.1:1")));
        return _made[^1];
    });

    [Fact]
    public async Task It_is_made_for_the_first_user_closed_after_the_last_and_made_again_for_the_next()
    {
        var one = new NatsLink(_shared);
        var two = new NatsLink(_shared);
        Assert.Same(one.Connection, two.Connection);

        await one.DisposeAsync();
        await one.DisposeAsync();
        await using (var joined = new NatsLink(_shared))
        {
            Assert.Same(two.Connection, joined.Connection);
        }

        await two.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => two.Connection.ConnectAsync().AsTask());

        await using var three = new NatsLink(_shared);
        Assert.Equal(2, _made.Count);
        Assert.NotSame(one.Connection, three.Connection);
    }

    [Fact]
    public async Task A_refusal_reaches_the_subscriptions_that_it_names_and_no_other()
    {
        await using var link = new NatsLink(_shared);
        List<string> refused = [];
        await using var plain = _made[0].Track("a", "", text => refused.Add("plain"));
        await using var queue = _made[0].Track("a", "q", text => refused.Add("queue"));
        await using var other = _made[0].Track("b", "", text => refused.Add("other"));
        await using var publish = _made[0].Track("b", queue: null, text => refused.Add("publish"));
        await _made[0].Track("a", "", text => refused.Add("ended")).DisposeAsync();

        Read("""Permissions Violation for Subscription to "a" """, "plain", "queue");
        Read("""Permissions Violation for Subscription to "a" using queue "q" """, "queue");
        Read("""Permissions Violation for Publish to "b" """, "publish");
        Read("""Permissions Violation for Subscription to "c" """);

        void Read(string error, params string[] expected)
        {
            refused.Clear();
            _made[0].Read(error);
            Assert.Equal(expected, refused);
        }
    }

    [Fact]
    public async Task A_refusal_without_a_subject_reaches_the_newest_subscription_that_is_not_known_to_be_accepted()
    {
        await using var link = new NatsLink(_shared);
        List<int> refused = [];
        await using var first = _made[0].Track("a", "", _ => refused.Add(1));
        await using var second = _made[0].Track("b", "", _ => refused.Add(2));
        await using var third = _made[0].Track("c", "", _ => refused.Add(3));
        await using var fourth = _made[0].Track("d", "", _ => refused.Add(4));
        await using var publish = _made[0].Track("e", queue: null, _ => refused.Add(5));
        fourth.Accept();

        for (var i = 0; i < 4; i++)
        {
            _made[0].Read("maximum subscriptions exceeded");
        }

        Assert.Equal([3, 2, 1], refused);
    }

    [Fact]
    public async Task All_open_users_are_told_of_errors_and_of_failed_attempts_and_closed_ones_of_nothing()
    {
        var one = new NatsLink(_shared);
        await using var two = new NatsLink(_shared);
        var (told, attempted) = (new List<LinkEvent>(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        one.Happened += happened => throw new InvalidOperationException($"{happened}");
        two.Happened += happened =>
        {
            told.Add(happened);
            attempted.TrySetResult();
        };
        await one.DisposeAsync();
        two.Open();
        await attempted.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.IsType<LinkEvent.CannotOpen>(told[0]);

        // One that joins later hears how the connection is.
        await using var three = new NatsLink(_shared);
        LinkEvent? state = null;
        three.Happened += happened => state = happened;
        three.Open();
        Assert.IsType<LinkEvent.CannotOpen>(state);

        _made[0].Read("Stale Connection");
        Assert.Contains(new LinkEvent.Failed("Stale Connection"), told);
    }
}
