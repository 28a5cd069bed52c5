using System.Buffers;
using Federation.Actors.Diagnostics;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>The subscription of an input without a stream.</summary>
/// <param name="take">Receives subject, headers and payload.</param>
internal sealed class CoreSubscription(NatsConnection connection, InputPortSettings port,
    Action<string, NatsHeaders?, byte[]> take, InputFaults faults, CancellationToken stop)
    : MessageSubscription(connection, port.Subject, port.QueueGroup.Length > 0 ? port.QueueGroup : null,
        reason => faults.NoteHeaders(port.Name, reason), stop)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended => _ended.Task;

    protected override void Take(string subject, string? replyTo, NatsHeaders? headers, ReadOnlySequence<byte> payload) =>
        take(subject, headers, payload.ToArray());

    // One message must not end the input.
    protected override void Fail(string subject, Exception error) =>
        faults.Note($"input {port.Name}: a message on {subject} cannot be sent: {error.Message}");

    // The base class may call this before its constructor returns.
    protected override void TryComplete() => _ended?.TrySetResult();
}
