using Akka.Actor;
using Akka.Hosting;
using Federation.Actors.Supervision;

namespace Federation.Actors.Host.Admin;

/// <summary>Queries the node of this process. Thread-safe.</summary>
internal sealed class NodeCaller(IReadOnlyActorRegistry actors)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Null without an answer in time: the node starts, ends or is stuck.</summary>
    public async Task<T?> AskAsync<T>(object question)
        where T : class
    {
        try
        {
            return actors.TryGet<FederationSupervisor>(out var supervisor) ? await supervisor.Ask<T>(question, AnswerTimeout) : null;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
