namespace Federation.Actors.Sending;

/// <summary>The names that operators have on the wire.</summary>
internal static class FilterOperators
{
    /// <summary>The names, in the order of <see cref="FilterOperator"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["==", "!=", ">", ">=", "<", "<=", "in", "contains", "exists"];

    /// <summary>The operator of a name; false when there is none of that name.</summary>
    public static bool TryParse(string name, out FilterOperator parsed)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (string.Equals(Names[i], name, StringComparison.Ordinal))
            {
                parsed = (FilterOperator)i;
                return true;
            }
        }

        parsed = default;
        return false;
    }

    /// <summary>True for the four operators that need an order.</summary>
    public static bool Orders(FilterOperator value) => value is >= FilterOperator.Greater and <= FilterOperator.LessOrEqual;
}
