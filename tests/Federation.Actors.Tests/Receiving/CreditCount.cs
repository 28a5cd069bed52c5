using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Receiving;

/// <summary>Counts the credits that come back.</summary>
internal sealed class CreditCount : IBatchSource
{
    private int _returned;

    public int Returned => Volatile.Read(ref _returned);

    public void ReturnCredit() => Interlocked.Increment(ref _returned);
}
