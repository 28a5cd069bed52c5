using System.Net;

namespace Federation.Actors.Sockets.Client;

/// <summary>Connects to the first of a name's addresses that answers (Happy Eyeballs, RFC 8305).</summary>
/// <remarks>An address that drops packets would otherwise use up the whole time of each attempt.</remarks>
internal static class AddressRace
{
    /// <summary>Time between two starts, unless one fails before ("Connection Attempt Delay", RFC 8305 section 8).</summary>
    internal static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <summary>The resolver's order, with alternating families (RFC 8305 section 4).</summary>
    public static IReadOnlyList<IPAddress> Order(IReadOnlyList<IPAddress> addresses)
    {
        var families = addresses.GroupBy(static address => address.AddressFamily).Select(static family => family.ToList()).ToList();
        return [.. Enumerable.Range(0, addresses.Count).SelectMany(
            turn => families.Where(family => turn < family.Count).Select(family => family[turn]))];
    }

    /// <exception cref="AggregateException">No address accepts a connection: one exception each, in the order in which they
    /// failed.</exception>
    public static async Task<T> RunAsync<T>(
        IReadOnlyList<IPAddress> addresses, Func<IPAddress, CancellationToken, Task<T>> connect,
        TimeProvider time, CancellationToken cancel)
        where T : IDisposable
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = new List<Task<T>>();
        var failures = new List<Exception>();
        try
        {
            for (var next = 0; next < addresses.Count || running.Count > 0;)
            {
                if (next < addresses.Count)
                {
                    running.Add(connect(addresses[next++], over.Token));
                }

                var ended = await EndedAsync(running, next < addresses.Count ? Stagger : Timeout.InfiniteTimeSpan, time, cancel);
                if (ended is { IsCompletedSuccessfully: true })
                {
                    running.Remove(ended);
                    return await ended;
                }

                if (ended is not null)
                {
                    running.Remove(ended);
                    failures.Add(ended.Exception?.InnerException ?? new TaskCanceledException(ended));
                }
            }
        }
        finally
        {
            await over.CancelAsync();
            foreach (var late in running)
            {
                _ = DropAsync(late);
            }
        }

        throw new AggregateException(failures);
    }

    /// <returns>The first one that ends; null when none does in time.</returns>
    private static async Task<Task<T>?> EndedAsync<T>(List<Task<T>> running, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            return await Task.WhenAny(running).WaitAsync(limit, time, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static async Task DropAsync<T>(Task<T> late)
        where T : IDisposable
    {
        try
        {
            (await late).Dispose();
        }
        catch (Exception)
        {
            // It has lost the race; why no longer matters.
        }
    }
}
