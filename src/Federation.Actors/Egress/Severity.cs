namespace Federation.Actors.Egress;

/// <summary>The words for how bad something is, in their order: debug, info, warning, error, critical.</summary>
internal static class Severity
{
    /// <summary>What <see cref="Rank"/> says of any other word.</summary>
    public const int None = -1;

    /// <summary>The place of a word, from 0 for debug to 4 for critical; <see cref="None"/> for any other. Lower case only.</summary>
    public static int Rank(ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("debug"u8))
        {
            return 0;
        }

        if (word.SequenceEqual("info"u8))
        {
            return 1;
        }

        if (word.SequenceEqual("warning"u8))
        {
            return 2;
        }

        if (word.SequenceEqual("error"u8))
        {
            return 3;
        }

        return word.SequenceEqual("critical"u8) ? 4 : None;
    }
}
