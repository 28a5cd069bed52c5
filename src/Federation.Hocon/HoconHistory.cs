namespace Federation.Hocon;

/// <summary>
/// What was assigned to one key, oldest first, where a later assignment may refer to nothing (<c>${?NAME}</c>)
/// and leave the earlier one standing.
/// </summary>
internal sealed class HoconHistory(params IReadOnlyList<HoconNode> assignments) : HoconNode(assignments[^1].Origin)
{
    internal IReadOnlyList<HoconNode> Assignments { get; } = assignments;

    internal static HoconHistory Of(HoconNode? existing, HoconNode value) => new([.. Each(existing), .. Each(value)]);

    public override string Describe() => "a reference";

    private static IReadOnlyList<HoconNode> Each(HoconNode? node) => node switch
    {
        null => [],
        HoconHistory history => history.Assignments,
        _ => [node],
    };
}
