using System.Text.Json;

namespace Federation.Actors.Hosting;

/// <summary>A running federation node, from the code of its embedder. Thread-safe.</summary>
public interface IFederation
{
    /// <summary>Asks a peer and waits for its reply.</summary>
    /// <param name="component">Name of the component whose peer it is.</param>
    /// <param name="peer">The peer's identity.</param>
    /// <param name="method">What is asked: 1 to 128 characters without blanks.</param>
    /// <param name="parameters">Serialized as JSON; null means <c>{}</c>.</param>
    /// <param name="timeout">How long to wait; null: the component's <c>bidirectional.request_timeout</c>.</param>
    /// <param name="cancellationToken">Ends the waiting; a reply that comes later is dropped.</param>
    /// <returns>The <c>result</c> of the reply; undefined when the peer has sent none.</returns>
    /// <exception cref="PeerRequestException">The peer has refused, or there is no reply; <see cref="PeerRequestException.Code"/> says which.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    /// <exception cref="ArgumentException">An argument is empty or out of range.</exception>
    Task<JsonElement> RequestAsync(
        string component, string peer, string method, object? parameters = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default);
}
