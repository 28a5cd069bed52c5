using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace Federation.Actors.Clustering;

/// <summary>Stands in the place of a serializer of Akka that makes objects of any type that its bytes name.</summary>
internal abstract class RefusingSerializer(ExtendedActorSystem system, int identifier, string what) : Serializer(system)
{
    public override int Identifier => identifier;

    public override bool IncludeManifest => true;

    /// <exception cref="SerializationException">Always.</exception>
    public override byte[] ToBinary(object obj) => throw new SerializationException($"{obj.GetType()} is no message between nodes");

    /// <exception cref="SerializationException">Always.</exception>
    public override object FromBinary(byte[] bytes, Type type) =>
        throw new SerializationException($"{what} is not accepted from other nodes");
}

/// <summary>In the place of JSON, which Akka uses for all types without a serializer.</summary>
internal sealed class RefusingJsonSerializer : RefusingSerializer
{
    /// <summary>Akka passes the settings of its JSON serializer to whatever takes the place of that.</summary>
    public RefusingJsonSerializer(ExtendedActorSystem system, Config settings)
        : base(system, 1, "JSON") => _ = settings;
}

/// <summary>In the place of remote deployment, which makes actors of the types that another node names.</summary>
internal sealed class RefusingDeploySerializer(ExtendedActorSystem system) : RefusingSerializer(system, 3, "an actor");
