using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;
using Federation.Actors.Messages;

namespace Federation.Actors.Clustering;

/// <summary>Serializes the messages between nodes.</summary>
/// <remarks>A manifest is a name and a version: <c>call:1</c>. A changed message gets another version, and the old one stays readable as
/// long as older nodes may be in the cluster. Numbers are little-endian. A text starts with its length in 7-bit groups, an array with its
/// length in 4 bytes.</remarks>
internal sealed class ClusterSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const string Hocon =
        """
        akka.actor {
          serializers.federation = "Federation.Actors.Clustering.ClusterSerializer, Federation.Actors"
          serialization-bindings {
            "Federation.Actors.Messages.RequestProtocol+Call, Federation.Actors" = federation
            "Federation.Actors.Messages.RequestProtocol+Cancel, Federation.Actors" = federation
            "Federation.Actors.Messages.RequestOutcome, Federation.Actors" = federation
          }
          serialization-identifiers."Federation.Actors.Clustering.ClusterSerializer, Federation.Actors" = 730801
        }
        """;

    private const string CallManifest = "call:1";
    private const string CancelManifest = "cancel:1";
    private const string OutcomeManifest = "outcome:1";

    public override int Identifier => 730801;

    public override string Manifest(object o) => o switch
    {
        RequestProtocol.Call => CallManifest,
        RequestProtocol.Cancel => CancelManifest,
        RequestOutcome => OutcomeManifest,
        _ => throw new ArgumentException($"{o.GetType()} is not a message between nodes", nameof(o)),
    };

    public override byte[] ToBinary(object obj)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8))
        {
            switch (obj)
            {
                case RequestProtocol.Call call:
                    writer.Write(call.Component);
                    writer.Write(call.Peer);
                    writer.Write(call.Method);
                    Write(writer, call.Parameters);
                    writer.Write(call.Timeout?.Ticks ?? -1);
                    writer.Write(call.IsForwarded);
                    writer.Write(call.TraceParent ?? "");
                    break;
                case RequestProtocol.Cancel cancel:
                    writer.Write(cancel.Component);
                    writer.Write(Akka.Serialization.Serialization.SerializedActorPath(cancel.Caller));
                    break;
                case RequestOutcome outcome:
                    Write(writer, outcome.Reply);
                    writer.Write(outcome.Code is not null);
                    writer.Write(outcome.Code ?? "");
                    writer.Write(outcome.Message);
                    break;
                default:
                    throw new ArgumentException($"{obj.GetType()} is not a message between nodes", nameof(obj));
            }
        }

        return bytes.ToArray();
    }

    /// <exception cref="SerializationException">The manifest is unknown, or the bytes do not match it.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
        try
        {
            object message = manifest switch
            {
                CallManifest => ReadCall(reader),
                CancelManifest => new RequestProtocol.Cancel(reader.ReadString(), system.Provider.ResolveActorRef(reader.ReadString())),
                OutcomeManifest => ReadOutcome(reader),
                _ => throw new SerializationException(
                    $"Received a message with the manifest {manifest}, expected {CallManifest}, {CancelManifest} or {OutcomeManifest}: "
                    + "its sender has a newer version; update this node."),
            };
            return reader.BaseStream.Position == bytes.Length ? message : throw new FormatException("there are bytes left over");
        }
        catch (Exception e) when (e is IOException or ArgumentException or FormatException)
        {
            throw new SerializationException($"A message with the manifest {manifest} cannot be read: {e.Message}", e);
        }
    }

    private static RequestProtocol.Call ReadCall(BinaryReader reader)
    {
        var (component, peer, method, parameters) = (reader.ReadString(), reader.ReadString(), reader.ReadString(), ReadBytes(reader));
        var ticks = reader.ReadInt64();
        return new RequestProtocol.Call(component, peer, method, parameters, ticks < 0 ? null : TimeSpan.FromTicks(ticks))
        {
            IsForwarded = reader.ReadBoolean(),
            TraceParent = reader.ReadString() is { Length: > 0 } trace ? trace : null,
        };
    }

    private static RequestOutcome ReadOutcome(BinaryReader reader)
    {
        var (reply, hasCode, code) = (ReadBytes(reader), reader.ReadBoolean(), reader.ReadString());
        return new RequestOutcome(reply, hasCode ? code : null, reader.ReadString());
    }

    private static void Write(BinaryWriter writer, ReadOnlyMemory<byte> bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes.Span);
    }

    private static byte[] ReadBytes(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        if (length < 0 || length > reader.BaseStream.Length - reader.BaseStream.Position)
        {
            throw new FormatException($"the length {length} is wrong");
        }

        return reader.ReadBytes(length);
    }
}
