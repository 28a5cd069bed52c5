using Akka.Actor;
using Akka.Hosting;
using Federation.Actors.Supervision;

namespace Federation.Actors.Host.Admin;

/// <summary>Asks the node that runs in this process. Thread-safe.</summary>
internal sealed class NodeCaller(IReadOnlyActorRegistry actors)
{
    /// <summary>Time the node has to answer. A node that needs longer is not well.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Its answer; null when it does not come in time, because the node starts, ends or is stuck.</summary>
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
