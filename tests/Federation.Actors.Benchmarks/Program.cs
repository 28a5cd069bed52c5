using System.Globalization;
using Federation.Actors.Benchmarks;
using Federation.Actors.Benchmarks.Link;
using Federation.Actors.Benchmarks.Micro;

using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(40));
var results = Path.Combine(Environment.CurrentDirectory, ".run", "bench");
switch (args)
{
    case ["bare", var port, var natsUrl]:
        await BareLoop.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), natsUrl);
        return 0;
    case ["receive-only", var port]:
        await ReceiveOnly.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), isFrugal: false);
        return 0;
    case ["receive-frugally", var port]:
        await ReceiveOnly.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), isFrugal: true);
        return 0;
    case ["publisher", var kind, var natsUrl]:
        await Publisher.RunAsync(kind, natsUrl, CancellationToken.None);
        return 0;
    case ["publish", var natsUrl, var subject, var perSecond]:
        await Sensors.PublishAsync(natsUrl, subject, int.Parse(perSecond, CultureInfo.InvariantCulture));
        return 0;
    case ["watch", var natsUrl, var subject]:
        await Sensors.WatchAsync(natsUrl, subject);
        return 0;
    case ["check", var natsUrl, var stream]:
        await Sensors.CheckAsync(natsUrl, stream);
        return 0;
    case ["--jetstream"]:
        return await Race.RunJetStreamAsync(messages: 200_000, size: 150, window: 16_000, rounds: 3, stop.Token);
    case ["--control"]:
        return await ControlRace.RunAsync(requests: 20_000, inFlight: 10, rounds: 7, stop.Token);
    case ["--control", var inFlight]:
        return await ControlRace.RunAsync(requests: 20_000, int.Parse(inFlight, CultureInfo.InvariantCulture), rounds: 7, stop.Token);
    case ["--fan-out"]:
        return await FanOut.RaceAsync([5_000, 10_000, 15_000, 20_000], stop.Token);
    case ["--idle"]:
        return await IdleRace.RunAsync(stop.Token);
    case ["--link", "--quick", .. var rest]:
        return await LinkRace.RunAsync(LinkPlan.Quick, rest, results, stop.Token);
    case ["--link", .. var rest]:
        return await LinkRace.RunAsync(LinkPlan.Full, rest, results, stop.Token);
    case ["--micro", .. var rest]:
        return MicroBenchmarks.Run(rest, Path.Combine(results, "micro"));
    case ["--quick"]:
        return await Suite.RunAsync(Plan.Quick, results, stop.Token);
    case []:
        return await Suite.RunAsync(Plan.Full, results, stop.Token);
    default:
        await Console.Error.WriteLineAsync(
            "usage: bench [--quick | --link [--quick] [SETTING=VALUE]... | --jetstream | --control [IN_FLIGHT] | --fan-out | --idle | "
                + "--micro [BENCHMARKDOTNET_OPTION]...]");
        return 2;
}
