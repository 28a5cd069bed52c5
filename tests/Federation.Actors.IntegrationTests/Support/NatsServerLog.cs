namespace Federation.Actors.IntegrationTests.Support;

/// <summary>The last lines of a server's log. Lines arrive on threads of the process reader, so it is locked.</summary>
internal sealed class NatsServerLog
{
    // Enough for a start, a configuration error, and the disconnections around a failure.
    private const int Capacity = 200;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new(Capacity);

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
