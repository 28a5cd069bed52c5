using System.Globalization;
using Federation.Actors.Benchmarks;

using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(20));
switch (args)
{
    case ["bare", var port, var natsUrl]:
        await BareLoop.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), natsUrl);
        return 0;
    case ["publish", var natsUrl, var subject, var perSecond]:
        await Sensors.PublishAsync(natsUrl, subject, int.Parse(perSecond, CultureInfo.InvariantCulture));
        return 0;
    case ["watch", var natsUrl, var subject]:
        await Sensors.WatchAsync(natsUrl, subject);
        return 0;
    case ["--jetstream"]:
        return await Race.RunJetStreamAsync(messages: 200_000, size: 150, window: 16_000, rounds: 3, stop.Token);
    case ["--control"]:
        return await ControlRace.RunAsync(requests: 20_000, inFlight: 10, rounds: 7, stop.Token);
    case ["--control", var inFlight]:
        return await ControlRace.RunAsync(requests: 20_000, int.Parse(inFlight, CultureInfo.InvariantCulture), rounds: 7, stop.Token);
    case ["--fan-out"]:
        return await FanOut.RunAsync(peers: 10, rates: [5_000, 10_000, 15_000, 20_000], stop.Token);
    case ["--quick"]:
        return await Race.RunAsync(messages: 400_000, size: 150, window: 16_000, rounds: 3, connectionCounts: [1, 8], stop.Token);
    case []:
        return await Race.RunAsync(messages: 400_000, size: 150, window: 16_000, rounds: 5, connectionCounts: [1, 8, 100], stop.Token);
    default:
        await Console.Error.WriteLineAsync("usage: bench [--quick | --jetstream | --control [IN_FLIGHT] | --fan-out]");
        return 2;
}
