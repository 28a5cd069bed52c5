using System.Text.Json;
using Akka;
using Akka.Streams.Dsl;

namespace Federation.Actors;

/// <summary>A federation node, from the code of its embedder: ports of type <c>local</c> as Akka.Streams, requests to peers, what happens
/// to it. Thread-safe.</summary>
/// <remarks><para> From dependency injection after <see cref="FederationServiceCollectionExtensions.AddFederation"/>; a node with a name
/// of its own by that name as the key. Streams may be made and run before the node has started. </para>
/// <para> A component without a running source holds its messages, as one whose NATS is away does. A stream that is slow is waited for:
/// the component's queue fills, and then does what <c>on_full</c> says. Several running sources divide the messages as the port's
/// <c>consumers</c> says. Delivery is at least once: messages that were not answered when a stream ended come again. </para></remarks>
public interface IFederation
{
    /// <summary>The messages of a component; each is acked to its peer when the stream takes it.</summary>
    /// <param name="component">Name of a component whose data port is of type <c>local</c>. One that does not exist never sends
    /// anything.</param>
    /// <exception cref="ArgumentException"><paramref name="component"/> is empty.</exception>
    Source<ReceivedMessage, NotUsed> Source(string component);

    /// <summary>The messages of a component, each with the means to answer it as its context. The peer waits until it is used.</summary>
    /// <param name="component">Name of a component whose data port is of type <c>local</c>. One that does not exist never sends
    /// anything.</param>
    /// <exception cref="ArgumentException"><paramref name="component"/> is empty.</exception>
    SourceWithContext<ReceivedMessage, ReceivedAck, NotUsed> SourceWithAck(string component);

    /// <summary>Sends to the peers of a component.</summary>
    /// <param name="component">Name of a component with an input of type <c>local</c>. While there is none, 1024 messages are taken and
    /// then the stream is held back.</param>
    /// <exception cref="ArgumentException"><paramref name="component"/> is empty.</exception>
    /// <remarks>The stream is held back when messages come faster than the component takes them in, not by a slow peer: for each peer the
    /// component holds <c>egress.queue_size</c> messages and then drops the oldest, counted as <c>slow_peer</c>, or as <c>peer_away</c>
    /// while there is no connection. What is held is in memory only.</remarks>
    Sink<OutgoingMessage, NotUsed> Sink(string component);

    /// <summary>What happens to this node from now on: peers come and go, servers and NATS are lost and found, queues fill. Never ends by
    /// itself; of a reader that falls behind by more than 256 the oldest are dropped.</summary>
    /// <remarks><c>RunAsAsyncEnumerable</c> makes it an <see cref="IAsyncEnumerable{T}"/>. Two nodes in one actor system are told apart
    /// by the names of their components.</remarks>
    Source<FederationEvent, NotUsed> Events();

    /// <summary>Asks a peer and waits for its reply.</summary>
    /// <param name="component">Name of the component whose peer it is.</param>
    /// <param name="peer">The peer's identity.</param>
    /// <param name="method">What is asked: 1 to 128 characters without blanks.</param>
    /// <param name="parameters">Serialized as JSON; null means <c>{}</c>.</param>
    /// <param name="timeout">How long to wait; null: the component's <c>bidirectional.request_timeout</c>.</param>
    /// <param name="cancellationToken">Ends the waiting; a reply that comes later is dropped.</param>
    /// <returns>The <c>result</c> of the reply; undefined when the peer has sent none.</returns>
    /// <exception cref="PeerRequestException">The peer has refused, or there is no reply; <see cref="PeerRequestException.Code"/> says
    /// which.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    /// <exception cref="ArgumentException">An argument is empty or out of range.</exception>
    /// <exception cref="InvalidOperationException">The node has not started.</exception>
    Task<JsonElement> RequestAsync(
        string component, string peer, string method, object? parameters = null, TimeSpan? timeout = null,
        CancellationToken cancellationToken = default);
}
