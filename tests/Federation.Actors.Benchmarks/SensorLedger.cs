using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Federation.Actors.Benchmarks;

/// <summary>
/// Which numbered measurements have arrived, and how often. Only warnings are expected to arrive: the demo's hub filters others at times.
/// One thread adds, another may read.
/// </summary>
internal sealed class SensorLedger
{
    private const int Step = 10;

    private readonly Lock _lock = new();
    private readonly BitArray _seen = new(1 << 20);
    private long _first = -1;
    private long _next;
    private string _latest = "nothing yet";

    /// <summary>All that arrived.</summary>
    public long Arrived { get; private set; }

    /// <summary>Warnings that arrived, each counted once.</summary>
    public long Warnings { get; private set; }

    /// <summary>Messages that had arrived before.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Whether the last measurement has arrived.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Warnings that were measured between the first and the newest measurement that arrived.</summary>
    public long Expected => _first < 0 ? 0 : (_next / Step) - (_first / Step);

    /// <summary>The latest measurement, as it arrived.</summary>
    public string Latest
    {
        get
        {
            lock (_lock)
            {
                return _latest;
            }
        }
    }

    /// <summary>Whether the measurement of this number is a warning or worse.</summary>
    public static bool IsWarning(long number) => number % Step == Step - 1;

    /// <summary>Takes a measurement in.</summary>
    public void Add(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload);
        var number = document.RootElement.GetProperty("number").GetInt64();
        lock (_lock)
        {
            IsComplete = document.RootElement.TryGetProperty("last", out _);
            Arrived++;
            _latest = Encoding.UTF8.GetString(payload);
            if (IsComplete)
            {
                _next = number;
                return;
            }

            if (number >= _seen.Length)
            {
                _seen.Length = (int)number * 2;
            }

            _first = _first < 0 ? number : Math.Min(_first, number);
            _next = Math.Max(_next, number + 1);
            if (_seen[(int)number])
            {
                Duplicates++;
            }
            else
            {
                _seen[(int)number] = true;
                Warnings += IsWarning(number) ? 1 : 0;
            }
        }
    }

    /// <summary>Both counts, as the demo prints them.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            return string.Create(CultureInfo.InvariantCulture, $"missing: {Expected - Warnings}, duplicates: {Duplicates}");
        }
    }
}
