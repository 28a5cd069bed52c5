namespace Federation.Actors;

/// <summary>How the console program writes a line of its log.</summary>
public enum LogFormat
{
    /// <summary>For people: time, level, event id, text. Spelled <c>text</c>.</summary>
    Text,

    /// <summary>For programs: one JSON object a line. Spelled <c>json</c>.</summary>
    Json,
}
