using System.Runtime.InteropServices;
using Federation.Actors.Settings;
using Federation.Actors.Sockets.Server;
using Federation.Actors.Supervision;
using Federation.Actors.Tests.Sockets;

namespace Federation.Actors.Tests.Scale;

/// <summary>
/// Edges that all notice within one second that their connection is lost, and dial again, each with the library's own backoff, through a
/// balancer that takes any node. A node lets in so many a second (<c>max_upgrades_per_second</c>) and tells the others when to come back,
/// which they obey.
/// </summary>
/// <remarks>
/// The same seed gives the same storm. A handshake takes no time, and time goes in steps of a second: what is between two of them falls to
/// either at random.
/// </remarks>
internal sealed class ReconnectStorm(int edges, int nodes, int upgradesPerSecond, ReconnectSettings reconnect)
{
    /// <summary>Longer than any storm that ends.</summary>
    private const int MostSeconds = 24 * 60 * 60;

    /// <summary>Lets all edges come back, or give up.</summary>
    public StormResult Run(int seed)
    {
        var random = new Random(seed);
        var backoff = new Backoff(reconnect);
        var dials = new SortedDictionary<int, List<int>>();
        var result = new StormResult();
        for (var edge = 0; edge < edges; edge++)
        {
            Wait(now: 0, attempt: 0, asked: null);
        }

        var time = new ManualTime();
        var limits = Enumerable.Range(0, nodes)
            .Select(_ => upgradesPerSecond > 0 ? new UpgradeLimit(upgradesPerSecond, time) : null).ToArray();
        var taken = new int[nodes];
        while (dials.Count > 0 && dials.First() is { Key: < MostSeconds, Value: var attempts } next)
        {
            dials.Remove(next.Key);
            time.Advance(TimeSpan.FromSeconds(next.Key - result.Seconds));
            result.Seconds = next.Key;
            Array.Clear(taken);
            random.Shuffle(CollectionsMarshal.AsSpan(attempts));
            foreach (var attempt in attempts)
            {
                var node = random.Next(nodes);
                var asked = limits[node]?.Take();
                if (asked is null)
                {
                    taken[node]++;
                    result.Connected++;
                }
                else if (backoff.IsExhausted(attempt + 1))
                {
                    result.GivenUp++;
                }
                else
                {
                    Wait(next.Key, attempt + 1, TimeSpan.FromSeconds(Math.Ceiling(asked.Value.TotalSeconds)));
                }
            }

            result.Dials += attempts.Count;
            result.PeakDials = Math.Max(result.PeakDials, attempts.Count);
            result.PeakUpgrades = Math.Max(result.PeakUpgrades, taken.Max());
            result.HalfAfter = result.HalfAfter == 0 && result.Connected >= edges / 2 ? next.Key : result.HalfAfter;
            result.MostAfter = result.MostAfter == 0 && result.Connected >= edges / 100 * 99 ? next.Key : result.MostAfter;
        }

        return result;

        void Wait(int now, int attempt, TimeSpan? asked)
        {
            var second = now + (int)(backoff.Delay(attempt, random.NextDouble(), asked).TotalSeconds + random.NextDouble());
            if (!dials.TryGetValue(second, out var attempts))
            {
                dials[second] = attempts = [];
            }

            attempts.Add(attempt);
        }
    }
}
