namespace Federation.Actors.Sending;

/// <summary>A credit that goes back when all who share it have returned it. Thread-safe.</summary>
/// <param name="released">Called once.</param>
internal sealed class SharedCredit(Action released)
{
    private int _holders = 1;

    /// <summary>Counts one more who shares it; called by one who does.</summary>
    public void Share() => Interlocked.Increment(ref _holders);

    /// <summary>Counts one less.</summary>
    public void Return()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            released();
        }
    }
}
