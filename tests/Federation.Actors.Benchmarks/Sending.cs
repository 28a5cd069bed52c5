namespace Federation.Actors.Benchmarks;

/// <summary><c>bench send</c>: a peer that sends for ever and says each few seconds how it goes.</summary>
internal static class Sending
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(Uri url, string name, int perSecond, CancellationToken stop)
    {
        var sender = new ResendingSender(url, name, window: 1000, Environment.GetEnvironmentVariable("SENSOR_TOKEN"));
        var running = sender.RunAsync(static () => false, perSecond, stop);
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Console.WriteLine($"{name,-8} {(sender.IsConnected ? "connected" : "lost     ")}  sent {sender.Sent}, acked {sender.Acked}, unanswered {sender.Unanswered}, sent again {sender.Resent}");
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAny(running);
        }
    }
}
