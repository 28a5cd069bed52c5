namespace Federation.Actors;

/// <summary>How the console program writes a line of its log.</summary>
public enum LogFormat
{
    /// <summary>Time, level, event id, text.</summary>
    Text,

    /// <summary>One JSON object per line.</summary>
    Json,
}
