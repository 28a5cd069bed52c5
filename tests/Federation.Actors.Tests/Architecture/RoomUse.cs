namespace Federation.Actors.Tests.Architecture;

/// <summary>One room uses another.</summary>
internal sealed record RoomUse(string User, string Used)
{
    /// <inheritdoc />
    public override string ToString() => $"{User} -> {Used}";
}
