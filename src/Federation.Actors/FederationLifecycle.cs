using Akka.Actor;
using Microsoft.Extensions.Hosting;

namespace Federation.Actors;

/// <summary>Checks after the start that the mapped components exist, and drains them before the web server stops, which would wait for
/// their connections and then cut them.</summary>
internal sealed class FederationLifecycle(FederationNodes nodes) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) =>
        nodes.Faults() is { Count: > 0 } faults ? throw new InvalidOperationException(string.Join('\n', faults)) : Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(nodes.Mapped.Select(static node => node.DrainAsync())).WaitAsync(cancellationToken);
        }
        catch (AskTimeoutException)
        {
            // Coordinated shutdown waits for the same drain, and reports it.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
