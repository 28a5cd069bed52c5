namespace Federation.Actors.Configuration;

internal static class Spelling
{
    internal static string Nearest(string name, IReadOnlyList<string> known)
    {
        var (nearest, distance) = known.Select(candidate => (candidate, Distance(name, candidate))).MinBy(pair => pair.Item2);
        return distance <= Math.Max(nearest.Length, 4) / 2 ? nearest : $"one of {string.Join(", ", known)}";
    }

    internal static int Distance(string left, string right)
    {
        // A key is never longer than this; a longer text only has to come out as far away.
        const int Longest = 128;
        left = left.Length > Longest ? left[..Longest] : left;
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
