namespace Federation.Actors.Tests.Sending;

/// <summary>Counts how often a credit comes back.</summary>
internal sealed class SharedCreditCount
{
    private int _returned;

    public int Returned => Volatile.Read(ref _returned);

    public void Return() => Interlocked.Increment(ref _returned);
}
