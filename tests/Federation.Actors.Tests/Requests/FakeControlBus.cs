using System.Text;
using Akka.Actor;
using Federation.Actors.Requests;

namespace Federation.Actors.Tests.Requests;

/// <summary>A control bus that tells a log what it is made to do, in texts; services answer when the test lets them.</summary>
internal sealed class FakeControlBus(IActorRef log) : IControlBus
{
    private readonly Dictionary<string, TaskCompletionSource<ReadOnlyMemory<byte>>> _asked = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public int MaxPayload { get; set; } = 1 << 20;

    /// <summary>False: nothing is taken, as when the bus is away.</summary>
    public bool Takes { get; set; } = true;

    /// <summary>Thrown once by the next call that shows something.</summary>
    public Exception? Fault { get; set; }

    public int TakenCount { get; private set; }

    public IActorRef Owner { get; private set; } = ActorRefs.Nobody;

    public void Start(IActorRef owner)
    {
        Owner = owner;
        log.Tell("start");
    }

    public void Taken() => TakenCount++;

    public void Offer(string peer) => log.Tell($"offer {peer}");

    public void Withdraw(string peer) => log.Tell($"withdraw {peer}");

    public bool TryShowRequest(ControlMessage request) => Tell(".request", request);

    public bool TryShowReply(ControlMessage reply) => Tell(".reply", reply);

    public bool TryAnswer(string replyTo, ReadOnlyMemory<byte> payload)
    {
        log.Tell($"answer {replyTo} {Encoding.UTF8.GetString(payload.Span)}");
        return Takes;
    }

    public Task<ReadOnlyMemory<byte>> RequestAsync(ControlMessage request, TimeSpan timeout)
    {
        var answer = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _asked.Add(request.Id, answer);
        }

        Tell($".request within {timeout.TotalSeconds} s", request);
        return answer.Task;
    }

    /// <summary>A service answers a request.</summary>
    public void Serve(string id, string answer)
    {
        lock (_lock)
        {
            Assert.True(_asked.Remove(id, out var asked));
            asked.SetResult(Encoding.UTF8.GetBytes(answer));
        }
    }

    public ValueTask DisposeAsync()
    {
        log.Tell("disposed");
        return ValueTask.CompletedTask;
    }

    private bool Tell(string subject, ControlMessage message)
    {
        if (Fault is { } fault)
        {
            Fault = null;
            throw fault;
        }

        log.Tell($"{subject} {message.Peer} {message.Id} {message.Method ?? "-"} {Encoding.UTF8.GetString(message.Payload.Span)}");
        return Takes;
    }
}
