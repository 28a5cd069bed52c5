using System.Diagnostics;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>Holds a promise about time against a machine that does other things as well.</summary>
internal static class Promise
{
    private const int Tries = 5;

    /// <summary>
    /// Measures until the promise is kept. A machine that stands still for a moment spoils one try; a node that is too slow spoils all of
    /// them.
    /// </summary>
    /// <param name="promised">The time that it may take.</param>
    /// <param name="measure">Does it once, waits with patience, and says how long it took.</param>
    public static async Task IsKeptAsync(TimeSpan promised, Func<Task<TimeSpan>> measure)
    {
        var taken = new List<TimeSpan>();
        do
        {
            Assert.True(taken.Count < Tries, $"promised within {promised}, took {string.Join(", ", taken)}");
            taken.Add(await measure());
        }
        while (taken[^1] > promised);
    }

    /// <summary>How long it takes.</summary>
    public static async Task<TimeSpan> MeasureAsync(Func<Task> wait)
    {
        var clock = Stopwatch.StartNew();
        await wait();
        return clock.Elapsed;
    }
}
