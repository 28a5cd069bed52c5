using System.Text.Json;
using Akka;
using Akka.Streams.Dsl;

namespace Federation.Actors;

/// <summary>A federation node as seen by the program that embeds it: ports of type <c>local</c> as Akka.Streams, requests to peers, and
/// events. Thread-safe.</summary>
/// <remarks><para>Available from dependency injection after <see cref="FederationServiceCollectionExtensions.AddFederation"/>; for a node
/// with another name, use the name as the key. Streams may be created and run before the node has started.</para> <para>A component
/// without a running source queues its messages, as during an outage of NATS. If a stream is slow, the component's queue fills, and then
/// <c>on_full</c> applies. The port's <c>consumers</c> setting controls how several running sources divide the messages. Delivery is at
/// least once: messages that were not answered when a stream ended are delivered again.</para></remarks>
public interface IFederation
{
    /// <summary>The received messages of a component. Each message is acked when the stream takes it.</summary>
    /// <param name="component">Name of a component whose data port is of type <c>local</c>. If it does not exist, the source never emits
    /// a message.</param>
    /// <exception cref="ArgumentException"><paramref name="component"/> is empty.</exception>
    Source<ReceivedMessage, NotUsed> Source(string component);

    /// <summary>The received messages of a component, each with a <see cref="ReceivedAck"/> as its context. The peer gets its answer when
    /// the stream uses it.</summary>
    /// <param name="component">Name of a component whose data port is of type <c>local</c>. If it does not exist, the source never emits
    /// a message.</param>
    /// <exception cref="ArgumentException"><paramref name="component"/> is empty.</exception>
    SourceWithContext<ReceivedMessage, ReceivedAck, NotUsed> SourceWithAck(string component);

    /// <summary>Sends messages to the peers of a component.</summary>
    /// <param name="component">Name of a component with an input of type <c>local</c>. If it does not exist, the sink accepts 1,024
    /// messages and then applies backpressure.</param>
    /// <exception cref="ArgumentException"><paramref name="component"/> is empty.</exception>
    /// <remarks>The sink applies backpressure if messages arrive faster than the component can process them, but not because of a slow
    /// peer. For each peer, the component queues <c>egress.queue_size</c> messages and then drops the oldest one, counted as
    /// <c>slow_peer</c>, or as <c>peer_away</c> while there is no connection. Queued messages are in memory only.</remarks>
    Sink<OutgoingMessage, NotUsed> Sink(string component);

    /// <summary>Events of this node from now on, for example about peers, servers, NATS and queues. The stream never completes by itself.
    /// If a reader falls behind by more than 256 events, the oldest ones are dropped.</summary>
    /// <remarks><c>RunAsAsyncEnumerable</c> converts it to an <see cref="IAsyncEnumerable{T}"/>. The names of the components distinguish
    /// two nodes in one actor system.</remarks>
    Source<FederationEvent, NotUsed> Events();

    /// <summary>Sends a request to a peer and waits for its reply.</summary>
    /// <param name="component">Name of the component to which the peer is connected.</param>
    /// <param name="peer">The peer's identity.</param>
    /// <param name="method">Name of the method: 1 to 128 characters without spaces.</param>
    /// <param name="parameters">Serialized as JSON; null means <c>{}</c>.</param>
    /// <param name="timeout">Maximum time until the reply; null: the component's <c>bidirectional.request_timeout</c>.</param>
    /// <param name="cancellationToken">Cancels the request; a later reply is dropped.</param>
    /// <returns>The <c>result</c> of the reply; undefined if the reply has none.</returns>
    /// <exception cref="PeerRequestException">The peer has refused the request, or there is no reply;
    /// <see cref="PeerRequestException.Code"/> contains the reason.</exception>
    /// <exception cref="OperationCanceledException">The request was canceled.</exception>
    /// <exception cref="ArgumentException">An argument is empty or out of range.</exception>
    /// <exception cref="InvalidOperationException">The node has not started.</exception>
    Task<JsonElement> RequestAsync(
        string component, string peer, string method, object? parameters = null, TimeSpan? timeout = null,
        CancellationToken cancellationToken = default);
}
