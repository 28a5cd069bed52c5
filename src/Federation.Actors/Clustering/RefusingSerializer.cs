using System.Runtime.Serialization;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace Federation.Actors.Clustering;

/// <summary>Stands in the place of a serializer of Akka that makes objects of any type that its bytes name.</summary>
internal abstract class RefusingSerializer(ExtendedActorSystem system, int identifier, string what) : Serializer(system)
{
    public override int Identifier => identifier;

    public override bool IncludeManifest => true;

    /// <exception cref="SerializationException">It is not a type for this serializer.</exception>
    public override byte[] ToBinary(object obj) => throw new SerializationException($"{obj.GetType()} is not a message between nodes");

    /// <exception cref="SerializationException">It is not a type for this serializer, or the bytes do not match it.</exception>
    public override object FromBinary(byte[] bytes, Type type) =>
        throw new SerializationException($"{what} is not accepted from other nodes");
}

/// <summary>In the place of JSON, which Akka uses for all types without a serializer. Only addresses pass, which the nodes of a cluster
/// send each other in <see cref="Identify"/>, and they are read without making what the bytes name.</summary>
internal sealed class RefusingJsonSerializer : RefusingSerializer
{
    private readonly NewtonSoftJsonSerializer _json;

    /// <summary>Akka passes the settings of its JSON serializer to whatever takes the place of that.</summary>
    public RefusingJsonSerializer(ExtendedActorSystem system, Config settings)
        : base(system, 1, "JSON") => _json = new NewtonSoftJsonSerializer(system, settings);

    public override byte[] ToBinary(object obj) => obj is Address ? _json.ToBinary(obj) : base.ToBinary(obj);

    public override object FromBinary(byte[] bytes, Type type)
    {
        if (type != typeof(Address))
        {
            return base.FromBinary(bytes, type);
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            var json = document.RootElement;
            return new Address(
                json.GetProperty("Protocol").GetString(), json.GetProperty("System").GetString(),
                json.TryGetProperty("Host", out var host) ? host.GetString() : null,
                json.TryGetProperty("Port", out var port) ? port.GetInt32() : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SerializationException("the bytes are not an address", e);
        }
    }
}

/// <summary>In the place of remote deployment, which makes actors of the types that another node names.</summary>
internal sealed class RefusingDeploySerializer(ExtendedActorSystem system) : RefusingSerializer(system, 3, "an actor");
