namespace Federation.Actors.Protocol;

/// <summary>Where batches come from, and go back to as credit.</summary>
internal interface IBatchSource
{
    /// <summary>Says that one batch has been taken in whole and another may come. Thread-safe.</summary>
    void ReturnCredit();
}
