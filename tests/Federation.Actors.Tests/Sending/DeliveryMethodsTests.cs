using System.Text;
using Federation.Actors.Sending;

namespace Federation.Actors.Tests.Sending;

public sealed class DeliveryMethodsTests
{
    private readonly PeerDeliveryKit _kit = PeerDeliveryKit.Connected();
    private readonly DeliveryMethods _methods;

    public DeliveryMethodsTests() => _methods = new DeliveryMethods(_kit.Delivery.Limits);

    [Theory]
    [InlineData("""{"rate_limit":50,"unit":"msg/sec"}""", """{"status":"ok","result":{"current_rate":12.5,"adjusted_to":50}}""")]
    [InlineData("""{"rate_limit":0,"unit":"msg/sec"}""", """{"status":"ok","result":{"current_rate":12.5,"adjusted_to":0}}""")]
    [InlineData("""{"rate_limit":null,"unit":"msg/sec"}""", """{"status":"ok","result":{"current_rate":12.5,"adjusted_to":null}}""")]
    public void Backpressure_says_how_fast_it_was_and_is(string parameters, string reply) =>
        Assert.Equal(reply, Invoke("backpressure", parameters));

    [Theory]
    [InlineData("backpressure", """{"\ud800aaaaaaaaa":1}""")]
    [InlineData("subscribe", """{"\ud800aaaa":1}""")]
    [InlineData("announce", """{"\ud800aaaaaaaaaaa":1}""")]
    [InlineData("announce", """{"capabilities":{"\ud800aaaaa":1,"\ud800aaaaaaaaaaaa":1}}""")]
    public void A_key_that_is_no_text_is_refused_or_passed_over(string method, string parameters) =>
        Assert.StartsWith("{\"status\":", Invoke(method, parameters), StringComparison.Ordinal);

    [Fact]
    public void Subscribe_gives_each_subscription_an_id_of_its_own()
    {
        Assert.Equal("""{"status":"ok","result":{"subscription_id":"sub-1","filter_applied":true}}""",
            Invoke("subscribe", """{"subjects":["b"]}"""));
        Assert.Equal("""{"status":"ok","result":{"subscription_id":"sub-2","filter_applied":false}}""",
            Invoke("subscribe", """{"filter":null}"""));
    }

    [Theory]
    [InlineData("""{"capabilities":{"region":"x"}}""", "false")]
    [InlineData("""{"capabilities":{"max_rate":10}}""", "true")]
    [InlineData("""{"capabilities":{"message_types":["t"]}}""", "true")]
    public void Announce_says_whether_it_changes_what_is_sent(string parameters, string isUpdated) =>
        Assert.Equal($$$"""{"status":"ok","result":{"registered":true,"routing_updated":{{{isUpdated}}}}}""",
            Invoke("announce", parameters));

    [Fact]
    public void What_is_announced_takes_effect()
    {
        Invoke("announce", """{"capabilities":{"max_rate":10,"message_types":["t"]}}""");
        _kit.Offer(Outbound.Message(1));

        Assert.Equal("", _kit.Take(0));
        Assert.Equal((10, 1), (_kit.Delivery.Limits.Rate, _kit.Dropped("filtered")));
    }

    [Theory]
    [InlineData("backpressure", """{"rate_limit":-1,"unit":"msg/sec"}""")]
    [InlineData("backpressure", "{}")]
    [InlineData("subscribe", """{"filter":1}""")]
    [InlineData("announce", "{}")]
    [InlineData("announce", """{"capabilities":1}""")]
    [InlineData("announce", """{"capabilities":{"max_rate":0}}""")]
    [InlineData("announce", """{"capabilities":{"message_types":[1]}}""")]
    public void What_is_wrong_is_refused(string method, string parameters)
    {
        Assert.StartsWith("""{"status":"error","error":{"code":"invalid_params","message":""", Invoke(method, parameters),
            StringComparison.Ordinal);
        Assert.Null(_kit.Delivery.Limits.Rate);
    }

    private string Invoke(string method, string parameters) =>
        Encoding.UTF8.GetString(_methods.Invoke(method, Encoding.UTF8.GetBytes(parameters), 12.5, TimeSpan.Zero).Span);
}
