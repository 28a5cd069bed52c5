using Federation.Actors.Wire;

namespace Federation.Actors.Tests.Queueing;

/// <summary>Counts the credits that come back.</summary>
internal sealed class CreditCount : IBatchSource
{
    private int _returned;

    public int Returned => Volatile.Read(ref _returned);

    public void ReturnCredit() => Interlocked.Increment(ref _returned);
}
