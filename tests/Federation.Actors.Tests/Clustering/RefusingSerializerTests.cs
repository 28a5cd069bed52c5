using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace Federation.Actors.Tests.Clustering;

/// <summary>No message between nodes makes an object of a type that it names.</summary>
public sealed class RefusingSerializerTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("federation", ConfigurationFactory
        .ParseString("akka.actor.provider = remote").WithFallback(ClusterHocon.Of(new ClusterSettings { Enabled = true, Port = 0 })));

    [Theory]
    [InlineData(1, """{"$id":"1","$type":"System.IO.FileSystemWatcher, System.IO.FileSystem.Watcher","Path":"/tmp"}""")]
    [InlineData(3, "")]
    public void Types_that_bytes_name_are_not_made(int identifier, string bytes)
    {
        var refusal = Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize(
            Encoding.UTF8.GetBytes(bytes), identifier, "System.IO.FileSystemWatcher, System.IO.FileSystem.Watcher"));

        Assert.EndsWith("is not accepted from other nodes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_is_read_and_written_as_by_nodes_that_use_JSON()
    {
        var json = new NewtonSoftJsonSerializer((ExtendedActorSystem)_system);
        Address[] addresses = [new("akka.tcp", "federation", "10.0.0.1", 4053), new("akka", "federation")];
        foreach (var address in addresses)
        {
            var ours = _system.Serialization.FindSerializerFor(address);

            Assert.Equal(address, ours.FromBinary<Address>(json.ToBinary(address)));
            Assert.Equal(address, json.FromBinary<Address>(ours.ToBinary(address)));
        }

        Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize("{}"u8.ToArray(), 1, "Akka.Actor.Address, Akka"));
    }

    [Fact]
    public void A_type_without_a_serializer_is_not_sent()
    {
        var serializer = _system.Serialization.FindSerializerFor(new Version(1, 0));

        Assert.Throws<SerializationException>(() => serializer.ToBinary(new Version(1, 0)));
    }

    [Fact]
    public void No_serializer_is_left_that_makes_any_type()
    {
        string[] names = [.. _system.Settings.Config.GetConfig("akka.actor.serializers").AsEnumerable()
            .Select(pair => pair.Value.GetString())];

        Assert.NotEmpty(names);
        Assert.All(names, static name => Assert.DoesNotMatch("NewtonSoft|Hyperion|DaemonMsgCreate|JavaSerializer", name));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate().WaitAsync(TimeSpan.FromSeconds(20));
}
