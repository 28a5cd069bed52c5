using Akka.Actor;
using Akka.Serialization;
using Federation.Actors.Clustering;
using Federation.Actors.Messages;

namespace Federation.Actors.Tests.Clustering;

/// <summary>How a node of a later version may write: a call has another shape, and there is a message that is not known yet.</summary>
internal sealed class NewerSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>In place of <see cref="ClusterSerializer.Hocon"/>.</summary>
    public const string Hocon =
        """
        akka.actor {
          serializers.federation = "Federation.Actors.Tests.Clustering.NewerSerializer, Federation.Actors.Tests"
          serialization-bindings {
            "Federation.Actors.Messages.RequestProtocol+Call, Federation.Actors" = federation
            "Federation.Actors.Messages.RequestOutcome, Federation.Actors" = federation
          }
          serialization-identifiers."Federation.Actors.Tests.Clustering.NewerSerializer, Federation.Actors.Tests" = 730801
        }
        """;

    private readonly ClusterSerializer _today = new(system);

    /// <inheritdoc />
    public override int Identifier => 730801;

    /// <inheritdoc />
    public override string Manifest(object o) => o is RequestProtocol.Call ? "call:2" : _today.Manifest(o);

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) => obj is RequestProtocol.Call ? [1, 2, 3] : _today.ToBinary(obj);

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest) => _today.FromBinary(bytes, manifest);
}
