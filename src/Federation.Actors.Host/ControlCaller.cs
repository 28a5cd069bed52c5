using NATS.Client.Core;

namespace Federation.Actors.Host;

/// <summary>Asks on a control subject, as any program on NATS may. Stateless.</summary>
internal static class ControlCaller
{
    /// <summary>Connects, asks, waits for the first answer, and disconnects.</summary>
    /// <param name="target">Where NATS is, and how long to wait once it is there.</param>
    /// <param name="subject">Whom to ask.</param>
    /// <param name="question">What to ask.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async Task<ControlAnswer> AskAsync(ControlTarget target, string subject, ReadOnlyMemory<byte> question, CancellationToken cancel)
    {
        await using var connection = NatsLink.Create(target.Nats, "request");
        string? said = null;
        connection.ServerError += (_, error) =>
        {
            said = error.Error;
            return ValueTask.CompletedTask;
        };
        if (await NatsLink.OpenAsync(connection, target.Nats, cancel) is { } problem)
        {
            return ControlAnswer.Failed(ControlAnswerKind.Failed, problem);
        }

        try
        {
            var answer = await connection.RequestAsync(
                subject,
                question,
                requestSerializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default,
                replySerializer: NatsRawSerializer<byte[]>.Default,
                replyOpts: new NatsSubOpts { Timeout = target.Timeout },
                cancellationToken: cancel);
            return new ControlAnswer(ControlAnswerKind.Answered, answer.Data, "");
        }
        catch (NatsNoRespondersException)
        {
            return ControlAnswer.Failed(ControlAnswerKind.NobodyThere, $"nobody listens on {subject} at {target.Nats.DisplayUrl}");
        }
        catch (Exception e) when (e is NatsNoReplyException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return ControlAnswer.Failed(
                ControlAnswerKind.Failed,
                said is null
                    ? $"no answer on {subject} within {target.Timeout.TotalSeconds:0.###} s; give it longer with --timeout"
                    : $"no answer on {subject}; NATS says: {said}");
        }
        catch (NatsException e)
        {
            return ControlAnswer.Failed(ControlAnswerKind.Failed, $"cannot ask on {subject}: {e.GetBaseException().Message}");
        }
    }
}
