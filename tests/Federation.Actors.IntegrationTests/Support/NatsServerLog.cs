namespace Federation.Actors.IntegrationTests.Support;

/// <summary>The last lines of a server's log. Lines arrive on threads of the process reader, so it is locked.</summary>
internal sealed class NatsServerLog
{
    // Enough for a start, a configuration error, and the disconnections around a failure.
    private const int Capacity = 200;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new(Capacity);
    private long _added;

    /// <summary>Takes in a line; null, which ends the output, is skipped.</summary>
    public void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_lines.Count == Capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
            _added++;
        }
    }

    /// <summary>Lines so far, those that are kept no more included.</summary>
    public long Added
    {
        get
        {
            lock (_gate)
            {
                return _added;
            }
        }
    }

    /// <summary>Whether one of the lines behind the first <paramref name="seen"/> has a text.</summary>
    public bool Has(string text, long seen)
    {
        lock (_gate)
        {
            return _lines.Skip((int)Math.Max(0, seen - _added + _lines.Count)).Any(line => line.Contains(text, StringComparison.Ordinal));
        }
    }

    /// <summary>The lines, oldest first.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            return string.Join(Environment.NewLine, _lines);
        }
    }
}
