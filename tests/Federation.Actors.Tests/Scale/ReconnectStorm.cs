using System.Runtime.InteropServices;
using Federation.Actors.Settings;
using Federation.Actors.Supervision;

namespace Federation.Actors.Tests.Scale;

/// <summary>
/// Edges that all notice within one second that their connection is lost, and dial again, each with the library's own backoff, through a balancer that
/// takes any node. A node lets in so many a second (<c>max_upgrades_per_second</c>) and refuses the others.
/// </summary>
/// <remarks>The same seed gives the same storm. A handshake takes no time, and time goes in steps of a second: what is between two of them falls to either at random.</remarks>
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
            Wait(now: 0, attempt: 0);
        }

        var taken = new int[nodes];
        while (dials.Count > 0 && dials.First() is { Key: < MostSeconds, Value: var attempts } next)
        {
            dials.Remove(next.Key);
            Array.Clear(taken);
            random.Shuffle(CollectionsMarshal.AsSpan(attempts));
            foreach (var attempt in attempts)
            {
                ref var ofNode = ref taken[random.Next(nodes)];
                if (upgradesPerSecond == 0 || ofNode < upgradesPerSecond)
                {
                    ofNode++;
                    result.Connected++;
                }
                else if (backoff.IsExhausted(attempt + 1))
                {
                    result.GivenUp++;
                }
                else
                {
                    Wait(next.Key, attempt + 1);
                }
            }

            result.Dials += attempts.Count;
            result.PeakDials = Math.Max(result.PeakDials, attempts.Count);
            result.PeakUpgrades = Math.Max(result.PeakUpgrades, taken.Max());
            result.HalfAfter = result.HalfAfter == 0 && result.Connected >= edges / 2 ? next.Key : result.HalfAfter;
            result.MostAfter = result.MostAfter == 0 && result.Connected >= edges / 100 * 99 ? next.Key : result.MostAfter;
            result.Seconds = next.Key;
        }

        return result;

        void Wait(int now, int attempt)
        {
            var second = now + (int)(backoff.Delay(attempt, random.NextDouble()).TotalSeconds + random.NextDouble());
            if (!dials.TryGetValue(second, out var attempts))
            {
                dials[second] = attempts = [];
            }

            attempts.Add(attempt);
        }
    }
}
