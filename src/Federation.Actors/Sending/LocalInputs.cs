using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Federation.Actors.Sending;

/// <summary>The inputs of type <c>local</c> of a node, by component. A stream may start before its component. Thread-safe.</summary>
internal sealed class LocalInputs
{
    /// <summary>Messages that wait for a component before its streams are held back.</summary>
    internal const int Capacity = 1024;

    private readonly ConcurrentDictionary<string, Channel<OutgoingMessage>> _inputs = new(StringComparer.Ordinal);

    public Channel<OutgoingMessage> this[string component] =>
        _inputs.GetOrAdd(component, static _ => Channel.CreateBounded<OutgoingMessage>(Capacity));
}
