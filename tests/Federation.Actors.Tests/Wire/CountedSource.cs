using Federation.Actors.Wire;

namespace Federation.Actors.Tests.Wire;

/// <summary>Counts the credit that comes back.</summary>
internal sealed class CountedSource : IBatchSource
{
    public int Returned { get; private set; }

    public void ReturnCredit() => Returned++;
}
