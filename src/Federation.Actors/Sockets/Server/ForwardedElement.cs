namespace Federation.Actors.Sockets.Server;

/// <summary>One element of a <c>Forwarded</c> header: what one proxy says of the request it has received.</summary>
/// <param name="For">Where it came from: an address, perhaps with a port, or a name that hides it; null: not said.</param>
/// <param name="Proto">The scheme, not said: null.</param>
/// <param name="Host">The host that was asked for; null: not said.</param>
internal sealed record ForwardedElement(string? For, string? Proto, string? Host)
{
    /// <summary>Reads the elements of a header (RFC 7239 section 4), the nearest proxy's last.</summary>
    /// <returns>Null when it is malformed.</returns>
    public static IReadOnlyList<ForwardedElement>? Parse(string header)
    {
        var elements = new List<ForwardedElement>();
        foreach (var element in Split(header, ','))
        {
            var read = new ForwardedElement(null, null, null);
            foreach (var pair in Split(element, ';'))
            {
                var equals = pair.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0 || Unquote(pair[(equals + 1)..].Trim()) is not { } value)
                {
                    return null;
                }

                read = pair[..equals].Trim().ToLowerInvariant() switch
                {
                    "for" => read with { For = value },
                    "proto" => read with { Proto = value },
                    "host" => read with { Host = value },
                    _ => read,
                };
            }

            elements.Add(read);
        }

        return elements.Count > 0 ? elements : null;
    }

    /// <summary>Splits where a separator is not in a quoted string.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        var (start, isQuoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (isQuoted && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[i] == separator && !isQuoted)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static string? Unquote(string value)
    {
        if (value.Length == 0 || value[0] != '"')
        {
            return value.Length == 0 || value.Contains('"', StringComparison.Ordinal) ? null : value;
        }

        return value.Length >= 2 && value[^1] == '"' ? value[1..^1].Replace("\\", "", StringComparison.Ordinal) : null;
    }
}
