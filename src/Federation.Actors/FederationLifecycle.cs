using Akka.Actor;
using Microsoft.Extensions.Hosting;

namespace Federation.Actors;

/// <summary>
/// Checks, when all has started, that what is mapped exists; and drains mapped components before the web server stops, which otherwise waits for
/// their connections and then cuts them.
/// </summary>
internal sealed class FederationLifecycle(FederationNodes nodes) : IHostedLifecycleService
{
    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) =>
        nodes.Faults() is { Count: > 0 } faults ? throw new InvalidOperationException(string.Join('\n', faults)) : Task.CompletedTask;

    /// <inheritdoc />
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(nodes.Mapped.Select(static node => node.DrainAsync())).WaitAsync(cancellationToken);
        }
        catch (AskTimeoutException)
        {
            // Coordinated shutdown waits for the same drain, and says so.
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
