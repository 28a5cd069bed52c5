using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Sending;

/// <summary>A message that counts what its source is told.</summary>
internal sealed class CountedMessage : OutboundMessage
{
    private int _done;
    private int _returned;
    private int _touched;

    /// <summary>Whether its source keeps it.</summary>
    public bool Kept { get; init; }

    public override bool IsStored => Kept;

    public int DoneCount => Volatile.Read(ref _done);

    public int ReturnCount => Volatile.Read(ref _returned);

    public int TouchCount => Volatile.Read(ref _touched);

    public string Id => Source.Name + Number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public override void Done() => Interlocked.Increment(ref _done);

    public override void Return() => Interlocked.Increment(ref _returned);

    public override void Touch() => Interlocked.Increment(ref _touched);
}
