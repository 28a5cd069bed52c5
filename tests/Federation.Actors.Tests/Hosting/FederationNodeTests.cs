using System.Text.Json;
using Federation.Actors.Messages;

namespace Federation.Actors.Tests.Hosting;

public sealed class FederationNodeTests : FederationNodeKit
{
    [Fact]
    public async Task A_call_goes_to_the_supervisor_and_its_result_to_the_caller()
    {
        var asked = Node.RequestAsync("edge-in", "edge", "weather", new { city = "Ulm", days = 2 }, TimeSpan.FromSeconds(7));

        var (call, parameters) = ExpectCall();
        Assert.Equal(
            ("edge-in", "edge", "weather", TimeSpan.FromSeconds(7), """{"city":"Ulm","days":2}"""),
            (call.Component, call.Peer, call.Method, call.Timeout!.Value, parameters));
        ReplyOk("""{"sky":["blue"]}""");

        Assert.Equal("""{"sky":["blue"]}""", (await asked).GetRawText());
    }

    [Fact]
    public async Task A_call_without_parameters_and_timeout_leaves_both_to_the_component()
    {
        var asked = Node.RequestAsync("edge-in", "edge", "weather");

        var (call, parameters) = ExpectCall();
        Assert.Equal(("", null), (parameters, call.Timeout));
        ReplyOk("null");

        Assert.Equal(JsonValueKind.Null, (await asked).ValueKind);
    }

    [Fact]
    public async Task A_reply_without_a_result_is_an_undefined_result()
    {
        var asked = Asked("""{"status":"ok"}""");

        Assert.Equal(JsonValueKind.Undefined, (await asked).ValueKind);
    }

    [Theory]
    [InlineData("""{"status":"error","error":{"code":"busy","message":"come back later"}}""", "busy", "come back later")]
    [InlineData("""{"status":"error","error":{"code":"busy"}}""", "busy", "the peer has refused the request")]
    [InlineData("""{"status":"error","error":{"code":5,"message":null}}""", "invalid_reply", "the peer has refused the request")]
    [InlineData("""{"status":"error","error":"busy"}""", "invalid_reply", "the peer has refused the request")]
    [InlineData("""{"status":"error"}""", "invalid_reply", "the peer has refused the request")]
    [InlineData("""{"status":"fine","result":1}""", "invalid_reply", "the status of the peer's reply is neither ok nor error")]
    [InlineData("""{"status":1}""", "invalid_reply", "the status of the peer's reply is neither ok nor error")]
    [InlineData("""{"result":1}""", "invalid_reply", "the status of the peer's reply is neither ok nor error")]
    [InlineData("5", "invalid_reply", "the status of the peer's reply is neither ok nor error")]
    [InlineData("", "invalid_reply", "the peer's reply has no payload")]
    [InlineData("{", "invalid_reply", "the peer's reply cannot be read")]
    [InlineData("""{"status":"\ud800"}""", "invalid_reply", "the peer's reply cannot be read")]
    [InlineData("""{"status":"error","error":{"code":"\ud800"}}""", "invalid_reply", "the peer's reply cannot be read")]
    public async Task A_reply_that_is_no_success_is_an_exception(string reply, string code, string message)
    {
        var exception = await Assert.ThrowsAsync<PeerRequestException>(() => Asked(reply));

        Assert.Equal((code, message), (exception.Code, exception.Message));
    }

    [Fact]
    public async Task A_call_without_a_reply_is_an_exception_that_says_why()
    {
        var asked = Node.RequestAsync("edge-in", "edge", "weather");
        ExpectCall();

        Root.Reply(RequestOutcome.Failed(RequestErrors.Timeout, "no reply within 5 s"));

        var exception = await Assert.ThrowsAsync<PeerRequestException>(() => asked);
        Assert.Equal(("timeout", "no reply within 5 s"), (exception.Code, exception.Message));
    }

    [Fact]
    public async Task Who_no_longer_waits_takes_the_call_back()
    {
        using var source = new CancellationTokenSource();
        var asked = Node.RequestAsync("edge-in", "edge", "weather", cancellationToken: source.Token);
        ExpectCall();
        var caller = Root.Sender;

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(new RequestProtocol.Cancel("edge-in", caller), await Root.ExpectMsgAsync<RequestProtocol.Cancel>());
    }

    [Fact]
    public async Task Who_does_not_wait_at_all_leaves_no_call_behind()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Node.RequestAsync("edge-in", "edge", "weather", cancellationToken: new CancellationToken(canceled: true)));

        ExpectNothing(Root);
    }

    [Theory]
    [InlineData("", "edge", "m")]
    [InlineData("edge-in", "", "m")]
    [InlineData("edge-in", "edge", "")]
    [InlineData("edge-in", "edge", "a b")]
    [InlineData("edge-in", "edge", "a\u0001")]
    [InlineData("edge-in", "edge", "\U0001F600")]
    [InlineData(null, "edge", "m")]
    [InlineData("edge-in", null, "m")]
    [InlineData("edge-in", "edge", null)]
    public async Task An_argument_that_will_not_do_is_refused_before_anybody_is_asked(string? component, string? peer, string? method)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Node.RequestAsync(component!, peer!, method!));

        ExpectNothing(Root);
    }

    [Theory]
    [InlineData("", "the method is empty; expected a name of 1 to 128 characters without spaces (Parameter 'method')")]
    [InlineData("a\tb", "the method contains a space or another invalid character; expected a name of 1 to 128 characters without "
        + "spaces (Parameter 'method')")]
    public async Task A_method_that_is_none_is_told_what_one_is(string method, string message)
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => Node.RequestAsync("edge-in", "edge", method));

        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public async Task A_method_has_a_longest_name()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Node.RequestAsync("edge-in", "edge", new string('m', 129)));
        _ = Node.RequestAsync("edge-in", "edge", new string('m', 128));

        Assert.Equal(128, ExpectCall().Call.Method.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_timeout_is_longer_than_nothing(int milliseconds)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            Node.RequestAsync("edge-in", "edge", "m", timeout: TimeSpan.FromMilliseconds(milliseconds)));

        ExpectNothing(Root);
    }

    private Task<JsonElement> Asked(string reply)
    {
        var asked = Node.RequestAsync("edge-in", "edge", "weather");
        ExpectCall();
        Reply(reply);
        return asked;
    }
}
