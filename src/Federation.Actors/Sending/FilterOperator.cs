namespace Federation.Actors.Sending;

/// <summary>How a filter compares what it finds in a payload with its own value.</summary>
internal enum FilterOperator
{
    /// <summary><c>==</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>in</c>: what is found equals an item of the value.</summary>
    In,

    /// <summary><c>contains</c>: what is found is a string with the value in it, or an array with an item that equals the value.</summary>
    Contains,

    /// <summary><c>exists</c>: something is found, be it null; or, with the value false, nothing is.</summary>
    Exists,
}
