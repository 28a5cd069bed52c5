using System.Buffers;
using System.Text;
using Federation.Actors.Nats;
using NATS.Client.Core;

namespace Federation.Actors.Tests.Nats;

public sealed class PullSubscriptionTests : IAsyncDisposable
{
    private const string Inbox = "_INBOX.me";
    private const string Reply = "$JS.ACK.s.c.1.7.7.0.0";

    private readonly NatsConnection _connection = new(new NatsOpts { Url = "nats://127.0.0.1:1" });
    private readonly List<string> _taken = [];
    private readonly List<string> _unreadable = [];

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    [Fact]
    public async Task A_message_is_passed_on_and_a_heartbeat_is_not()
    {
        var pull = Pull();
        await ReceiveAsync(pull, Inbox, null, "NATS/1.0 100 Idle Heartbeat\r\n\r\n", "");
        await ReceiveAsync(pull, "a", Reply, headers: null, "1");

        Assert.Equal(["a  1"], _taken);
        Assert.False(pull.Ended.IsCompleted);
    }

    [Theory]
    [InlineData("NATS/1.0 409 Consumer Deleted\r\n\r\n", "the server reports: 409 Consumer Deleted")]
    [InlineData("NATS/1.0 503\r\n\r\n", "the server reports: 503")]
    public async Task The_end_of_the_consumer_ends_it_with_the_reason(string headers, string reason)
    {
        var pull = Pull();
        await ReceiveAsync(pull, Inbox, null, headers, "");

        Assert.Equal(reason, await pull.Ended);
    }

    [Theory]
    [InlineData("NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 4\r\n\r\n")]
    [InlineData("NATS/1.0 409 Message Size Exceeds MaxBytes\r\nNats-Pending-Messages: 4\r\n\r\n")]
    [InlineData("NATS/1.0 404 No Messages\r\n\r\n")]
    public async Task The_end_of_a_request_does_not(string headers)
    {
        var pull = Pull();
        await ReceiveAsync(pull, Inbox, null, headers, "");

        Assert.False(pull.Ended.IsCompleted);
    }

    [Theory]
    [InlineData("NATS/1.0\r\nGood: 1\r\nno colon\r\n\r\n", "a Good 1")]
    [InlineData("NATS/1.0\r\nGood: 1", "a  1")]
    [InlineData("nonsense", "a  1")]
    [InlineData("", "a  1")]
    public async Task A_message_with_headers_that_cannot_be_read_is_passed_on_without_them(string headers, string taken)
    {
        var pull = Pull();
        await ReceiveAsync(pull, "a", Reply, headers, "1");
        await ReceiveAsync(pull, "a", Reply, headers: null, "2");

        Assert.Equal([taken, "a  2"], _taken);
        Assert.Single(_unreadable);
        Assert.False(pull.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_failure_of_its_user_ends_it_and_not_the_reading_thread()
    {
        var pull = new PullSubscription(
            _connection, Inbox, "next", most: 4, mostBytes: 100,
            static (_, _, _, _) => throw new InvalidOperationException("no"), static _ => { });
        await ReceiveAsync(pull, "a", Reply, headers: null, "1");

        Assert.Equal("no", await pull.Ended);
    }

    private static ValueTask ReceiveAsync(PullSubscription pull, string subject, string? reply, string? headers, string payload) =>
        pull.ReceiveAsync(subject, reply, headers is null ? null : Bytes(headers), Bytes(payload));

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.ASCII.GetBytes(text));

    private PullSubscription Pull() => new(
        _connection, Inbox, "next", most: 4, mostBytes: 100,
        (subject, _, headers, payload) =>
            _taken.Add($"{subject} {string.Join(',', headers?.Keys ?? [])} {Encoding.ASCII.GetString(payload)}"),
        _unreadable.Add);
}
