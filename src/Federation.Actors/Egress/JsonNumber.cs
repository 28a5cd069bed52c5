namespace Federation.Actors.Egress;

/// <summary>Compares JSON numbers by their value, however many digits they have. Pure, thread-safe, allocates nothing.</summary>
/// <remarks>
/// The numbers are never turned into anything: their texts are compared, in time linear in their lengths, whatever their exponents.
/// A number other than zero is read as <c>0.d1d2d3... * 10^magnitude</c> with <c>d1</c> not zero, so the greater magnitude decides and
/// after it the first digit that differs.
/// </remarks>
internal static class JsonNumber
{
    // A difference of exponents beyond this is not counted further: no text has as many digits to make up for it.
    private const long FarApart = 1_000_000_000_000;

    /// <summary>Compares two numbers as JSON writes them (RFC 8259, section 6).</summary>
    /// <param name="left">Bytes of a number that a JSON reader has accepted.</param>
    /// <param name="right">Likewise.</param>
    /// <returns>Below 0, 0 or above 0, as <paramref name="left"/> is less than, equal to or more than <paramref name="right"/>.</returns>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var leftSign = Split(left, out var leftDigits, out var leftMagnitude, out var leftExponent);
        var rightSign = Split(right, out var rightDigits, out var rightMagnitude, out var rightExponent);
        if (leftSign != rightSign || leftSign == 0)
        {
            return leftSign.CompareTo(rightSign);
        }

        var magnitude = Difference(leftExponent, rightExponent) + leftMagnitude - rightMagnitude;
        return leftSign * (magnitude != 0 ? Math.Sign(magnitude) : CompareDigits(leftDigits, rightDigits));
    }

    /// <summary>Finds the parts of a number.</summary>
    /// <param name="number">The text.</param>
    /// <param name="digits">From the first digit that is not zero to the exponent, a point perhaps among them.</param>
    /// <param name="magnitude">The magnitude but for the exponent.</param>
    /// <param name="exponent">What stands behind the <c>e</c>; empty without one.</param>
    /// <returns>The sign: -1, 0 or 1.</returns>
    private static int Split(ReadOnlySpan<byte> number, out ReadOnlySpan<byte> digits, out int magnitude, out ReadOnlySpan<byte> exponent)
    {
        var sign = number[0] == '-' ? -1 : 1;
        var end = number.IndexOfAny((byte)'e', (byte)'E');
        exponent = end < 0 ? [] : number[(end + 1)..];
        digits = end < 0 ? number : number[..end];
        var point = digits.IndexOf((byte)'.');
        var first = digits.IndexOfAnyInRange((byte)'1', (byte)'9');
        if (first < 0)
        {
            magnitude = 0;
            return 0;
        }

        if (point < 0)
        {
            magnitude = digits.Length - first;
        }
        else
        {
            magnitude = first < point ? point - first : point + 1 - first;
        }

        digits = digits[first..];
        return sign;
    }

    private static long Difference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var leftSign = SignOf(ref left);
        var rightSign = SignOf(ref right);
        var difference = 0L;
        for (var place = Math.Max(left.Length, right.Length); place > 0; place--)
        {
            difference = (difference * 10) + (leftSign * Digit(left, place)) - (rightSign * Digit(right, place));
            if (Math.Abs(difference) >= FarApart)
            {
                // The digits to come can no longer bring it near zero.
                return difference;
            }
        }

        return difference;
    }

    private static int SignOf(ref ReadOnlySpan<byte> exponent)
    {
        if (exponent.IsEmpty || exponent[0] is not ((byte)'-' or (byte)'+'))
        {
            return 1;
        }

        var sign = exponent[0] == '-' ? -1 : 1;
        exponent = exponent[1..];
        return sign;
    }

    /// <summary>The digit at a place counted from the last one, which is 1; 0 in front of the first.</summary>
    private static int Digit(ReadOnlySpan<byte> digits, int place) => place > digits.Length ? 0 : digits[^place] - '0';

    private static int CompareDigits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        while (!left.IsEmpty || !right.IsEmpty)
        {
            var order = Next(ref left) - Next(ref right);
            if (order != 0)
            {
                return Math.Sign(order);
            }
        }

        return 0;
    }

    private static int Next(ref ReadOnlySpan<byte> digits)
    {
        if (!digits.IsEmpty && digits[0] == '.')
        {
            digits = digits[1..];
        }

        if (digits.IsEmpty)
        {
            return 0;
        }

        var digit = digits[0] - '0';
        digits = digits[1..];
        return digit;
    }
}
