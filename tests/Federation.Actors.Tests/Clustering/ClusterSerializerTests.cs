using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.DistributedData;
using Akka.Serialization;
using Federation.Actors.Clustering;
using Federation.Actors.Messages;

namespace Federation.Actors.Tests.Clustering;

/// <summary>
/// What crosses from node to node. The system is a cluster's, whose remoting listens on a port of its own and that has joined nobody.
/// </summary>
public sealed class ClusterSerializerTests() : global::Akka.TestKit.Xunit2.TestKit(
    ConfigurationFactory.ParseString("akka.loglevel = WARNING").WithFallback(ClusterSerializer.Hocon)
        .WithFallback(ClusterHocon.Of(new ClusterSettings { Enabled = true, Port = 0 })))
{
    private static readonly byte[] Json = """{"a":"ä"}"""u8.ToArray();

    private static readonly HashSet<string> ForAnything = new(["NewtonSoftJsonSerializer", "HyperionSerializer"], StringComparer.Ordinal);

    private SerializerWithStringManifest Serializer =>
        Assert.IsType<ClusterSerializer>(Sys.Serialization.FindSerializerForType(typeof(RequestOutcome)));

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(250)]
    public void A_call_comes_back_as_it_was(int? milliseconds)
    {
        var call = new RequestProtocol.Call(
            "edges", "edge-7", "inventory", Json, milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null) { IsForwarded = true };

        var read = Assert.IsType<RequestProtocol.Call>(RoundTrip(call, "call:1"));

        Assert.Equal(Json, read.Parameters.ToArray());
        Assert.Equal(call, read with { Parameters = call.Parameters });
    }

    [Fact]
    public void Outcomes_come_back_as_they_were()
    {
        var replied = Assert.IsType<RequestOutcome>(RoundTrip(RequestOutcome.Replied(Json), "outcome:1"));
        Assert.Equal((null, ""), (replied.Code, replied.Message));
        Assert.Equal(Json, replied.Reply.ToArray());

        Assert.Equal(
            ("timeout", "no reply", 0), RoundTrip(RequestOutcome.Failed("timeout", "no reply"), "outcome:1") is RequestOutcome failed
            ? (failed.Code, failed.Message, failed.Reply.Length) : default);
    }

    [Fact]
    public void A_cancel_names_the_same_caller()
    {
        var read = Assert.IsType<RequestProtocol.Cancel>(RoundTrip(new RequestProtocol.Cancel("edges", TestActor), "cancel:1"));

        Assert.Equal(("edges", TestActor), (read.Component, read.Caller));
    }

    [Fact]
    public void What_a_newer_node_says_is_refused_with_a_sentence()
    {
        var refusal = Assert.Throws<SerializationException>(() => Serializer.FromBinary([], "call:2"));

        Assert.Contains("call:2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("newer version", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_cut_damaged_or_too_many_are_refused_with_a_sentence()
    {
        var bytes = Serializer.ToBinary(new RequestProtocol.Call("edges", "edge-7", "inventory", Json, null));
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Contains("cannot be read",
                Assert.Throws<SerializationException>(() => Serializer.FromBinary(cut, "call:1")).Message, StringComparison.Ordinal);
        }

        Assert.Throws<SerializationException>(() => Serializer.FromBinary([.. bytes, 0], "call:1"));
        Assert.Throws<SerializationException>(() => Serializer.FromBinary([255, 255, 255, 127], "outcome:1"));
    }

    /// <summary>
    /// Each message and each value that the library gives to another node; none of them is left to a serializer that writes whatever it is
    /// given.
    /// </summary>
    [Theory]
    [InlineData(typeof(RequestProtocol.Call))]
    [InlineData(typeof(RequestProtocol.Cancel))]
    [InlineData(typeof(RequestOutcome))]
    [InlineData(typeof(LWWDictionary<string, string>))]
    [InlineData(typeof(LWWDictionaryKey<string, string>))]
    public void Nothing_that_crosses_is_left_to_a_serializer_for_anything(Type type)
    {
        // Adds its serializers to the system's.
        DistributedData.Get(Sys);

        Assert.DoesNotContain(Sys.Serialization.FindSerializerForType(type).GetType().Name, ForAnything);
    }

    private object RoundTrip(object message, string manifest)
    {
        Assert.Same(Serializer, Sys.Serialization.FindSerializerFor(message));
        Assert.Equal(manifest, Serializer.Manifest(message));
        return Serializer.FromBinary(Serializer.ToBinary(message), manifest);
    }
}
