using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Protocol;

/// <summary>Counts the credit that comes back.</summary>
internal sealed class CountedSource : IBatchSource
{
    public int Returned { get; private set; }

    public void ReturnCredit() => Returned++;
}
