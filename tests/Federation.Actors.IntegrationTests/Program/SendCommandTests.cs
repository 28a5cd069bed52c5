using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary><c>federation send</c>, against a node and against a server that answers as a test wants.</summary>
public sealed class SendCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("federation-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Lines_become_envelopes_that_a_node_publishes_and_acks()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var subscriber = await NatsSubscriber.StartAsync(nats.Url, "federated.data");
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        var file = Write("""{"a": 1}""", "", """{"type":"data","id":"mine","timestamp":7,"payload":[2, 3]}""", "\"four\"\r");

        await using var send = FederationCommand.Start("send", file, "--url", $"{node.Url}", "--peer", "tester", "--json");

        Assert.Equal(0, await send.ExitedAsync());
        Assert.Empty(send.Errors);
        AssertCounts(send.Output, sent: 3, acked: 3, refused: 0, unanswered: 0);
        await subscriber.CountAsync(3);
        Assert.Equal(["""{"a": 1}""", "[2, 3]", "\"four\""], subscriber.Payloads);
        Assert.All(subscriber.Messages, static message => Assert.Equal("tester", message.Headers!["Federation-Peer"]));
    }

    [Fact]
    public async Task The_standard_input_is_read_until_its_end_and_the_summary_is_one_line()
    {
        await using var server = await SendingServer.StartAsync();
        await using var send = FederationProcess.Start(file: "/bin/sh", directory: null, environment: null,
            "-c", $"seq 1 500 | '{FederationProcess.Program}' send - --url {server.Url} --window 50");
        var answered = 0;
        while (answered < 500)
        {
            await ReceivedAsync(server, answered + 1);
            foreach (var text in server.Received.Skip(answered).ToList())
            {
                await server.SendAsync(Answer("ack", text));
                answered++;
            }

            Assert.InRange(server.Received.Count, answered, answered + 50);
        }

        Assert.Equal(0, await send.ExitedAsync());
        Assert.Matches(
            "^sent 500, acked 500, nacked 0, slow 0, resent 0, unanswered 0, in [0-9.]+ s [(][0-9]+/s[)]$", Assert.Single(send.Output));
        Assert.Equal(Enumerable.Range(1, 500), server.Received.Select(static text => Parse(text).GetProperty("payload").GetInt32()));
    }

    [Fact]
    public async Task A_line_that_holds_no_message_is_named_and_the_others_are_sent()
    {
        await using var server = await SendingServer.StartAsync();
        var file = Write("{\"a\":", """{"type":"data","payload":1}""", """{"type":"data","id":7,"payload":1}""",
            """{"type":"data","id":"x","payload":1}""", """{"type":"data","id":"\u0078","payload":2}""");
        await using var send = FederationCommand.Start("send", file, "--url", $"{server.Url}", "--json");
        await send.SaysAsync("line 5");
        await ReceivedAsync(server, 1);
        await server.SendAsync(Answer("ack", server.Received.Single()));

        Assert.Equal(1, await send.ExitedAsync());
        AssertCounts(send.Output, sent: 1, acked: 1, refused: 0, unanswered: 0);
        Assert.Equal(4, send.Errors.Count);
        Assert.StartsWith("line 1: byte 6: found '{\"a\":' (", send.Errors[0], StringComparison.Ordinal);
        Assert.EndsWith("expected a JSON value on one line", send.Errors[0], StringComparison.Ordinal);
        Assert.StartsWith("line 2: found a data envelope without an id, expected", send.Errors[1], StringComparison.Ordinal);
        Assert.StartsWith("line 3: found a malformed data envelope, expected a string as id",
            send.Errors[2], StringComparison.Ordinal);
        Assert.Equal("line 5: found the id of line 4, which is still unanswered, expected another id", send.Errors[3]);
    }

    [Fact]
    public async Task The_byte_order_mark_of_a_file_is_no_part_of_its_first_line()
    {
        await using var server = await SendingServer.StartAsync();
        var file = Write("\uFEFF{\"a\":1}\r", "{\"b\":2}\r");
        await using var send = FederationCommand.Start("send", file, "--url", $"{server.Url}", "--json");
        await ReceivedAsync(server, 2);
        foreach (var received in server.Received)
        {
            await server.SendAsync(Answer("ack", received));
        }

        Assert.Equal(0, await send.ExitedAsync());
        Assert.Equal(["""{"a":1}""", """{"b":2}"""],
            server.Received.Select(static text => Parse(text).GetProperty("payload").GetRawText()));
    }

    [Fact]
    public async Task A_time_without_a_unit_is_refused_because_it_could_mean_anything()
    {
        await using var send = FederationCommand.Start("send", Write("1"), "--url", "ws://127.0.0.1:1/", "--timeout", "5");

        Assert.Equal(2, await send.ExitedAsync());
        Assert.Equal("--timeout: found \"5\", expected a duration with a unit, above 0 and no longer than a day, such as 30s",
            Assert.Single(send.Errors));
    }

    [Fact]
    public async Task What_was_nacked_or_cut_off_is_sent_again_under_the_same_id_until_it_is_acked()
    {
        await using var server = await SendingServer.StartAsync();
        await using var send = FederationCommand.Start("send", Write("1"), "--url", $"{server.Url}", "--resend", "--json");
        await ReceivedAsync(server, 1);
        var first = server.Received.First();
        await server.SendAsync(Answer("nack", first, """{"reason":"queue_full","error":"the queue is full"}"""));
        await ReceivedAsync(server, 2);
        server.Cut();
        await ReceivedAsync(server, 3);
        await server.SendAsync(Answer("ack", first));

        Assert.Equal(0, await send.ExitedAsync());
        Assert.All(server.Received, text => Assert.Equal(first, text));
        var summary = AssertCounts(send.Output, sent: 1, acked: 1, refused: 0, unanswered: 0);
        Assert.Equal(2, summary.GetProperty("resent").GetInt32());
        Assert.Equal(2, summary.GetProperty("connections").GetInt32());
        Assert.Equal("""{"queue_full":1}""", summary.GetProperty("nacks").GetRawText());
        Assert.Contains("next attempt in", Assert.Single(send.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_nack_that_would_come_again_is_final_and_ends_the_program_with_1()
    {
        await using var nats = await NatsServer.StartAsync();
        await using var node = await FederationProcess.RunAsync(FederationProcess.Configuration(nats.Url));
        var file = Write("1", """{"type":"data","id":"empty"}""", "2");

        await using var send = FederationCommand.Start("send", file, "--url", $"{node.Url}", "--resend");

        Assert.Equal(1, await send.ExitedAsync());
        Assert.StartsWith("sent 3, acked 2, nacked 1 missing_payload, slow 0, resent 0, unanswered 0, in ",
            Assert.Single(send.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_resend_a_lost_connection_leaves_messages_unanswered()
    {
        await using var server = await SendingServer.StartAsync();
        await using var send = FederationCommand.Start("send", Write("1", "2", "3"), "--url", $"{server.Url}", "--window", "2", "--json");
        await ReceivedAsync(server, 2);
        server.Cut();

        Assert.Equal(1, await send.ExitedAsync());
        AssertCounts(send.Output, sent: 2, acked: 0, refused: 0, unanswered: 2);
        Assert.EndsWith("use --resend to resend unanswered messages; the rest of the input was not sent",
            Assert.Single(send.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_slow_gets_messages_at_half_the_rate()
    {
        await using var server = await SendingServer.StartAsync();
        await using var send = FederationCommand.Start(
            "send", Write([.. Enumerable.Range(0, 40).Select(static i => $"{i}")]), "--url", $"{server.Url}", "--window", "20", "--json");
        await ReceivedAsync(server, 20);
        await server.SendAsync("""{"type":"slow","id":"bp-1","timestamp":1,"payload":{"queue_depth":9,"queue_capacity":10"""
            + ""","utilization":0.9,"threshold":0.8}}""");
        for (var answered = 0; answered < 40; answered++)
        {
            await ReceivedAsync(server, answered + 1);
            await server.SendAsync(Answer("ack", server.Received.ElementAt(answered)));
        }

        Assert.Equal(0, await send.ExitedAsync());
        var summary = AssertCounts(send.Output, sent: 40, acked: 40, refused: 0, unanswered: 0);
        Assert.Equal(1, summary.GetProperty("slow").GetInt32());

        // The 20 that follow go at no more than the 20 a second that the first 20 may have had.
        Assert.InRange(summary.GetProperty("seconds").GetDouble(), 0.8, 60);
    }

    [Fact]
    public async Task Without_an_answer_the_program_gives_up()
    {
        await using var server = await SendingServer.StartAsync();
        await using var send = FederationCommand.Start("send", Write("1"), "--url", $"{server.Url}", "--resend", "--timeout", "1s");

        Assert.Equal(1, await send.ExitedAsync());
        Assert.Equal("no answer for 1 s; --timeout sets the limit", Assert.Single(send.Errors));
        Assert.Contains("unanswered 1,", Assert.Single(send.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_with_the_summary()
    {
        await using var server = await SendingServer.StartAsync();
        await using var send = FederationProcess.Start("send", Write("1"), "--url", $"{server.Url}", "--json");
        await ReceivedAsync(server, 1);
        send.Signal(ProcessSignal.Interrupt);

        Assert.Equal(1, await send.ExitedAsync());
        AssertCounts(send.Output, sent: 1, acked: 0, refused: 0, unanswered: 1);
        Assert.Equal("interrupted", Assert.Single(send.Errors));
    }

    [Fact]
    public async Task A_token_is_shown_from_its_variable_and_a_refusal_says_where_it_came_from()
    {
        await using var server = await SendingServer.StartAsync();
        server.Accepts = "Bearer right";
        var file = Write("1");
        await using var without = FederationProcess.Start("send", file, "--url", $"{server.Url}");
        await using var wrong = StartWithToken("wrong", file, server.Url, "--resend");
        await using var right = StartWithToken("right", file, server.Url);
        await ReceivedAsync(server, 1);
        await server.SendAsync(Answer("ack", server.Received.First()));

        Assert.Equal((1, 1, 0), (await without.ExitedAsync(), await wrong.ExitedAsync(), await right.ExitedAsync()));
        Assert.Contains("the server answers 401 Unauthorized; set the variable that holds a token with --token-env VAR",
            Assert.Single(without.Errors), StringComparison.Ordinal);
        Assert.Contains("the server answers 401 Unauthorized; the token comes from the variable SEND_TOKEN",
            Assert.Single(wrong.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_arguments_are_listed_all_at_once_and_end_the_program_with_2()
    {
        await using var send = FederationCommand.Start(
            "send", "/nowhere/at.all", "--url", "http://127.0.0.1/", "--rate", "0",
            "--window", "-1", "--timeout", "soon", "--peer", "a.b", "--token-env", "NOT_SET_ANYWHERE");

        Assert.Equal(2, await send.ExitedAsync());
        Assert.Empty(send.Output);
        Assert.Equal(["--rate:", "--window:", "--timeout:", "--url:", "--peer:", "--token-env:", "FILE:"], send.Errors.Select(
            static line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_said_with_what_to_look_at()
    {
        await using var send = FederationCommand.Start("send", Write("1"), "--url", "ws://127.0.0.1:1/ingest?token=secret");

        Assert.Equal(1, await send.ExitedAsync());
        var error = Assert.Single(send.Errors);
        Assert.StartsWith("cannot reach ws://127.0.0.1:1/ingest: ", error, StringComparison.Ordinal);
        Assert.EndsWith("; check that the node is running; use --resend to resend unanswered messages", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    private static FederationProcess StartWithToken(string token, string file, Uri url, params string[] more) => FederationProcess.Start(
        FederationProcess.Program, null, new Dictionary<string, string>(StringComparer.Ordinal)
            { ["SEND_TOKEN"] = token }, ["send", file, "--url", $"{url}", "--token-env", "SEND_TOKEN", .. more]);

    private static Task ReceivedAsync(SendingServer server, int count) =>
        Eventually.TrueAsync(() => server.Received.Count >= count, $"{count} messages at the server");

    private static string Answer(string type, string received, string payload = "null") =>
        $$"""{"type":"{{type}}","id":{{Parse(received).GetProperty("id").GetRawText()}},"timestamp":1,"payload":{{payload}}}""";

    private static JsonElement Parse(string text) => JsonDocument.Parse(text).RootElement;

    private static JsonElement AssertCounts(IReadOnlyList<string> output, long sent, long acked, long refused, long unanswered)
    {
        var summary = Parse(Assert.Single(output));
        Assert.Equal(
            (sent, acked, refused, unanswered),
            (summary.GetProperty("sent").GetInt64(), summary.GetProperty("acked").GetInt64(),
                summary.GetProperty("refused").GetInt64(), summary.GetProperty("unanswered").GetInt64()));
        return summary;
    }

    private string Write(params string[] lines)
    {
        var file = Path.Combine(_directory.FullName, "messages.ndjson");
        File.WriteAllText(file, string.Join('\n', lines));
        return file;
    }
}
