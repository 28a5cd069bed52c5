using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Federation.Actors.Protocol;

/// <summary>A NATS subject, perhaps with wildcards: <c>*</c> stands for one token, <c>&gt;</c> at the end for one or more.</summary>
/// <remarks>Immutable and thread-safe; matching is linear in the subject and allocates nothing. As with the server, a wildcard must be a
/// whole token: <c>a*</c> matches only itself. See https://docs.nats.io/nats-concepts/subjects.</remarks>
internal sealed class SubjectPattern
{
    public const int MaxLength = 1024;

    // What the server refuses in a subject.
    private static readonly SearchValues<char> Blanks = SearchValues.Create(" \t\r\n\f\0");

    private readonly string _pattern;

    private SubjectPattern(string pattern) => _pattern = pattern;

    /// <returns>False for an empty or too long text, an empty token, a blank or line break, or anything behind <c>&gt;</c>.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out SubjectPattern? pattern)
    {
        pattern = null;
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        var ended = false;
        foreach (var range in text.AsSpan().Split('.'))
        {
            var token = text.AsSpan(range);
            if (ended || token.IsEmpty || token.ContainsAny(Blanks))
            {
                return false;
            }

            ended = token is ">";
        }

        pattern = new SubjectPattern(text);
        return true;
    }

    /// <summary>Whether any of the patterns matches the subject.</summary>
    public static bool IsAmong(SubjectPattern[] patterns, ReadOnlySpan<char> subject)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(subject))
            {
                return true;
            }
        }

        return false;
    }

    public bool Matches(ReadOnlySpan<char> subject)
    {
        var pattern = _pattern.AsSpan();
        while (true)
        {
            var token = NextToken(ref pattern, out var isLast);
            if (token is ">")
            {
                return !subject.IsEmpty;
            }

            var found = NextToken(ref subject, out var isLastFound);
            if (found.IsEmpty || (token is not "*" && !token.SequenceEqual(found)))
            {
                return false;
            }

            if (isLast || isLastFound)
            {
                return isLast && isLastFound;
            }
        }
    }

    public bool Overlaps(ReadOnlySpan<char> other)
    {
        var pattern = _pattern.AsSpan();
        while (true)
        {
            var token = NextToken(ref pattern, out var isLast);
            var found = NextToken(ref other, out var isLastFound);
            if (token is ">" || found is ">")
            {
                return true;
            }

            if (token is not "*" && found is not "*" && !token.SequenceEqual(found))
            {
                return false;
            }

            if (isLast || isLastFound)
            {
                return isLast && isLastFound;
            }
        }
    }

    public bool Covers(SubjectPattern other)
    {
        var mine = _pattern.AsSpan();
        var others = other._pattern.AsSpan();
        while (true)
        {
            var token = NextToken(ref mine, out var isLast);
            var found = NextToken(ref others, out var isLastFound);
            if (token is ">")
            {
                return true;
            }

            if (found is ">" || (token is not "*" && !token.SequenceEqual(found)))
            {
                return false;
            }

            if (isLast || isLastFound)
            {
                return isLast && isLastFound;
            }
        }
    }

    public override string ToString() => _pattern;

    private static ReadOnlySpan<char> NextToken(ref ReadOnlySpan<char> rest, out bool isLast)
    {
        var dot = rest.IndexOf('.');
        isLast = dot < 0;
        var token = isLast ? rest : rest[..dot];
        rest = isLast ? [] : rest[(dot + 1)..];
        return token;
    }
}
