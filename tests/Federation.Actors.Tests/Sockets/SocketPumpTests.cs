using System.Net.WebSockets;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Sockets;
using Federation.Actors.TestKit;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Sockets;

public sealed class SocketPumpTests : global::Akka.TestKit.Xunit2.TestKit
{
    private const int LargestMessage = 100_000;
    private const int MostFaults = 3;
    private const int Budget = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);
    private readonly ComponentMetrics _metrics = new(new FederationMetrics(), "in");
    private readonly TestProbe _connection;
    private readonly MemorySocket _socket;
    private readonly ReceiveBudget _budget = new(Budget);
    private readonly SocketPump _pump;

    public SocketPumpTests()
    {
        var settings = new ConnectionSettings { MaxMessageSize = LargestMessage, MaxParseErrors = MostFaults };
        _connection = CreateTestProbe();
        _socket = new MemorySocket(static _ => { }) { IsAsynchronous = true };
        _pump = new SocketPump(_socket, PeerName.None, _connection, settings, 4096,
            new LoopGuard("node-1", 3), _budget, _metrics, new FederationLog(Sys, Sys.Log, "in"));
        _ = _pump.RunAsync();
    }

    [Fact]
    public void Messages_that_arrive_together_are_one_batch()
    {
        _socket.Send(Data("a"), Data("b"), Data("c"));
        var first = Next();
        Assert.Equal(["a", "b", "c"], Batches.Ids(first));
        Assert.Equal(_connection.Ref, first.Connection);

        _socket.Send(Data("d"));
        Assert.Equal(["d"], Batches.Ids(Next()));
    }

    [Fact]
    public void Bytes_are_counted_of_whole_messages_of_parts_and_of_malformed_ones()
    {
        _socket.Send(Data("a"), "{", MemoryFrame.Part(Data("b")[..20]));
        Next().Drop();
        _socket.Send(Data("b")[20..]);
        Next().Drop();
        _socket.Break(new IOException());
        _connection.ExpectMsg<PumpEnd>(Patience);

        Assert.Equal(Data("a").Length + 1 + Data("b").Length, _metrics.BytesReceived.Value);
    }

    [Fact]
    public void Whatever_ends_it_is_told_behind_what_came_before()
    {
        _socket.Send(Data("a"), MemoryFrame.Part(Data("b")[..20]));
        Assert.Equal(["a"], Batches.Ids(Next()));

        _socket.Break(new NotSupportedException("no room"));

        Assert.Equal(new PumpEnd(null, "the connection was lost (NotSupportedException)"), _connection.ExpectMsg<PumpEnd>(Patience));
    }

    [Fact]
    public void A_message_that_is_still_on_its_way_does_not_hold_back_those_before_it()
    {
        var last = Data("c");
        _socket.Send(Data("a"), Data("b"), MemoryFrame.Part(last[..20]));
        Assert.Equal(["a", "b"], Batches.Ids(Next()));

        _socket.Send(MemoryFrame.Part(last[20..30]));
        _socket.Send(last[30..]);

        Assert.Equal(["c"], Batches.Ids(Next()));
    }

    [Fact]
    public void Data_that_goes_round_in_circles_is_set_apart_and_what_else_names_nodes_is_not()
    {
        _socket.Send(
            """{"type":"data","id":"a","payload":1,"via":["n","node-1"]}""",
            """{"type":"data","id":"b","payload":1,"via":["n"]}""",
            """{"type":"data","id":"c","payload":1,"via":["n","n","n"]}""",
            """{"type":"slow","id":"d","payload":1,"via":["node-1"]}""");

        var batch = Next();
        Assert.Equal(["b"], Batches.Ids(batch));
        Assert.Equal(
            [LoopVerdict.NamesThisNode, LoopVerdict.TooManyHops, LoopVerdict.None],
            batch.Controls.Select(control => control.Loop));
    }

    [Fact]
    public void A_batch_has_512_messages_at_most()
    {
        _socket.Send([.. Enumerable.Range(0, 3000).Select(index => (MemoryFrame)$$"""{"type":"data","id":"{{index}}","payload":1}""")]);

        var batches = new List<EnvelopeBatch>();
        while (batches.Sum(batch => batch.Count) < 3000)
        {
            batches.Add(Next());
            batches[^1].ReturnCredit();
        }

        Assert.Equal(Enumerable.Range(0, 3000).Select(index => $"{index}"), batches.SelectMany(Batches.Ids));
        Assert.Equal(512, batches.Max(batch => batch.Count));
    }

    [Fact]
    public void Batches_grow_with_the_traffic_up_to_64_KiB()
    {
        _socket.Send([.. Enumerable.Range(0, 188).Select(index => (MemoryFrame)Data($"{index}", 1024))]);

        var counts = new List<int>();
        while (counts.Sum() < 188)
        {
            var batch = Next();
            counts.Add(batch.Count);
            batch.Drop();
        }

        Assert.Equal([4, 8, 16, 32, 64, 64], counts);
    }

    [Fact]
    public void Messages_of_any_size_come_whole_and_in_order()
    {
        int[] sizes = [50, 4096, 4097, 60, 3000, 3000, 3000, 70_000, 80, LargestMessage, 50, 65_536, 65_537, 1000];
        string[] messages = [.. sizes.Select((size, index) => Data($"{index:00}", size))];
        _socket.Send([.. messages.Select(message => (MemoryFrame)message)]);

        var payloads = new List<string>();
        while (payloads.Count < messages.Length)
        {
            var batch = Next();
            payloads.AddRange(Batches.Payloads(batch));
            batch.Drop();
        }

        Assert.Equal(messages.Select(message => Envelopes.Read(message)!.Payload), payloads);
    }

    [Fact]
    public void Without_credit_nothing_is_read_until_a_batch_is_taken_in()
    {
        _socket.Send(Data("a"));
        var first = Next();
        _socket.Send(Data("b"));
        var second = Next();
        _socket.Send(Data("c"));

        _connection.ExpectNoMsg(Silence);
        Assert.True(_socket.HasBufferedBytes);

        second.ReturnCredit();
        Assert.Equal(["c"], Batches.Ids(Next()));
        _socket.Send(Data("d"));
        _connection.ExpectNoMsg(Silence);
        first.ReturnCredit();
        Assert.Equal(["d"], Batches.Ids(Next()));
    }

    [Fact]
    public void Faults_are_counted_passed_over_and_cost_no_credit()
    {
        for (var round = 1; round <= 5; round++)
        {
            _socket.Send("nonsense", string.Empty, """{"type":""}""", """{"type":"other"}""");
            _socket.Send("nonsense", string.Empty, Data("a"));
            var batch = Next();

            Assert.Equal(["a"], Batches.Ids(batch));
            batch.Drop();
        }

        _socket.Send(Data("last"));
        Assert.Equal(["last"], Batches.Ids(Next()));
        Assert.Equal(25, _metrics.Errors(ErrorTypes.ParseError).Value);
        Assert.Equal(5, _metrics.Errors(ErrorTypes.UnknownType).Value);
        Assert.Equal(0, _metrics.Errors(ErrorTypes.ProtocolAbuse).Value);
    }

    [Fact]
    public void Too_many_faults_in_a_row_are_a_violation_and_nothing_more_is_told()
    {
        _socket.Send(Data("a"), "1", "2", "3", "4", Data("b"), "5", "6", "7", "8");

        Assert.Equal(["a"], Batches.Ids(Next()));
        Assert.Equal(
            new PumpViolation(WebSocketCloseStatus.PolicyViolation, "more than 3 messages in a row were malformed"),
            _connection.ExpectMsg<PumpViolation>(Patience));
        _socket.Send(Data("c"), MemoryFrame.Close());
        Assert.Equal(new PumpEnd(null, null), _connection.ExpectMsg<PumpEnd>(Patience));
        Assert.Equal(4, _metrics.Errors(ErrorTypes.ParseError).Value);
        Assert.Equal(1, _metrics.Errors(ErrorTypes.ProtocolAbuse).Value);
    }

    [Fact]
    public void A_text_that_is_not_utf8_is_a_violation_and_a_binary_is_a_malformed_message()
    {
        var invalid = new MemoryFrame(new byte[] { (byte)'{', 0xFF }, IsLast: true);
        _socket.Send(invalid with { IsText = false }, Data("a"), invalid, Data("b"));

        Assert.Equal(["a"], Batches.Ids(Next()));
        Assert.Equal(new PumpViolation(WebSocketCloseStatus.InvalidPayloadData, "a text message must be UTF-8"),
            _connection.ExpectMsg<PumpViolation>(Patience));
        Assert.Equal(1, _metrics.Errors(ErrorTypes.ParseError).Value);
        Assert.Equal(1, _metrics.Errors(ErrorTypes.InvalidUtf8).Value);
    }

    [Theory]
    [InlineData(WebSocketCloseStatus.ProtocolError, ErrorTypes.ProtocolError)]
    [InlineData(WebSocketCloseStatus.PolicyViolation, ErrorTypes.ProtocolAbuse)]
    public void A_broken_frame_is_a_violation_and_then_the_end(WebSocketCloseStatus status, string error)
    {
        var violation = new PumpViolation(status, "a frame is broken");
        _socket.Send(Data("a"), MemoryFrame.Close() with { Violation = violation });

        Assert.Equal(["a"], Batches.Ids(Next()));
        Assert.Equal(violation, _connection.ExpectMsg<PumpViolation>(Patience));
        Assert.Equal(new PumpEnd(null, null), _connection.ExpectMsg<PumpEnd>(Patience));
        Assert.Equal(1, _metrics.Errors(error).Value);
    }

    [Fact]
    public void A_message_of_the_largest_size_passes_and_a_larger_one_is_a_violation()
    {
        _socket.Send(Data("a", LargestMessage));
        Next().Drop();
        _socket.Send(Data("b"), Data("c", LargestMessage + 1), Data("d"));

        Assert.Equal(["b"], Batches.Ids(Next()));
        Assert.Equal(
            new PumpViolation(WebSocketCloseStatus.MessageTooBig, "a message is limited to 100000 bytes"),
            _connection.ExpectMsg<PumpViolation>(
                Patience));
        _socket.Send(Data("e"), MemoryFrame.Close(WebSocketCloseStatus.MessageTooBig));
        Assert.Equal(new PumpEnd(WebSocketCloseStatus.MessageTooBig, null), _connection.ExpectMsg<PumpEnd>(Patience));
        Assert.Equal(1, _metrics.Errors(ErrorTypes.MessageTooBig).Value);
        Assert.Equal(0, _metrics.Errors(ErrorTypes.ParseError).Value);
    }

    [Fact]
    public void A_message_without_end_is_a_violation_as_soon_as_it_is_too_large()
    {
        for (var sent = 0; sent <= LargestMessage; sent += 10_000)
        {
            _socket.Send(MemoryFrame.Part(new string(' ', 10_000)));
        }

        Assert.Equal(WebSocketCloseStatus.MessageTooBig, _connection.ExpectMsg<PumpViolation>(Patience).Status);
    }

    [Fact]
    public void Once_told_to_discard_it_reads_on_without_credit_and_tells_only_the_end()
    {
        _socket.Send(Data("a"));
        Next();
        _socket.Send(Data("b"));
        Next();
        _socket.Send(Data("c"), "nonsense");

        _pump.Discard();
        _socket.Send(Data("d"), Data("e", LargestMessage + 1), MemoryFrame.Close(WebSocketCloseStatus.EndpointUnavailable));

        Assert.Equal(new PumpEnd(WebSocketCloseStatus.EndpointUnavailable, null), _connection.ExpectMsg<PumpEnd>(Patience));
        Assert.Equal(0, _metrics.Errors(ErrorTypes.MessageTooBig).Value);
    }

    [Theory]
    [InlineData(WebSocketCloseStatus.NormalClosure)]
    [InlineData(null)]
    public void What_came_before_the_close_frame_is_told_before_the_end(WebSocketCloseStatus? status)
    {
        _socket.Send(Data("a"), MemoryFrame.Close(status));

        Assert.Equal(["a"], Batches.Ids(Next()));
        Assert.Equal(new PumpEnd(status, null), _connection.ExpectMsg<PumpEnd>(Patience));
    }

    [Fact]
    public void What_came_before_the_loss_is_told_and_half_a_message_is_not()
    {
        _socket.Send(Data("a"), MemoryFrame.Part(Data("b")));
        Assert.Equal(["a"], Batches.Ids(Next()));

        _socket.Break(new System.Net.WebSockets.WebSocketException("cable cut"));

        Assert.Equal(new PumpEnd(null, "the connection ended without a close frame"), _connection.ExpectMsg<PumpEnd>(Patience));
    }

    [Fact]
    public void When_incomplete_messages_fill_their_memory_the_newest_and_the_oldest_are_closed_and_the_others_go_on()
    {
        // Each has 128 KiB for 90,000 bytes, and two of them all that there is.
        var (a, aSocket) = Pump();
        aSocket.Send(MemoryFrame.Part(new string(' ', 90_000)));
        AwaitCondition(() => _budget.Held == Budget / 2, Patience);
        var (b, bSocket) = Pump();
        var message = Data("b", 95_000);
        bSocket.Send(MemoryFrame.Part(message[..90_000]));
        AwaitCondition(() => _budget.Held == Budget, Patience);

        _socket.Send(MemoryFrame.Part(new string(' ', 90_000)));

        var refused = new PumpViolation((WebSocketCloseStatus)1013, "the memory for incomplete messages is used up");
        Assert.Equal(refused, _connection.ExpectMsg<PumpViolation>(Patience));
        Assert.Equal(refused, a.ExpectMsg<PumpViolation>(Patience));
        Assert.Equal(2, _metrics.Errors(ErrorTypes.ReceiveMemoryFull).Value);
        aSocket.Break(new System.Net.WebSockets.WebSocketException("closed"));
        a.ExpectMsg<PumpEnd>(Patience);
        AwaitCondition(() => _budget.Held == Budget / 2, Patience);

        var (c, cSocket) = Pump();
        cSocket.Send(MemoryFrame.Part(Data("c", 95_000)[..90_000]));
        AwaitCondition(() => _budget.Held == Budget, Patience);
        cSocket.Send(Data("c", 95_000)[90_000..]);
        bSocket.Send(message[90_000..]);
        Assert.Equal(["b"], Batches.Ids(b.ExpectMsg<EnvelopeBatch>(Patience)));
        Assert.Equal(["c"], Batches.Ids(c.ExpectMsg<EnvelopeBatch>(Patience)));
        AwaitCondition(() => _budget.Held == 0, Patience);
    }

    private (TestProbe Connection, MemorySocket Socket) Pump()
    {
        var (connection, socket) = (CreateTestProbe(), new MemorySocket(static _ => { }) { IsAsynchronous = true });
        var settings = new ConnectionSettings { MaxMessageSize = LargestMessage, MaxParseErrors = MostFaults };
        _ = new SocketPump(socket, PeerName.None, connection, settings, 4096,
            LoopGuard.None, _budget, _metrics, new FederationLog(Sys, Sys.Log, "in")).RunAsync();
        return (connection, socket);
    }

    private static string Data(string id, int length = 60) => Envelopes.Data(id, length);

    private EnvelopeBatch Next() => _connection.ExpectMsg<EnvelopeBatch>(Patience);
}
