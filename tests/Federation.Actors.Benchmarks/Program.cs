using System.Globalization;
using Federation.Actors.Benchmarks;

using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(20));
switch (args)
{
    case ["bare", var port, var natsUrl]:
        await BareLoop.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), natsUrl);
        return 0;
    case ["--quick"]:
        return await Race.RunAsync(messages: 400_000, size: 150, window: 16_000, rounds: 3, connectionCounts: [1, 8], stop.Token);
    case []:
        return await Race.RunAsync(messages: 400_000, size: 150, window: 16_000, rounds: 5, connectionCounts: [1, 8, 100], stop.Token);
    default:
        await Console.Error.WriteLineAsync("usage: bench [--quick]");
        return 2;
}
