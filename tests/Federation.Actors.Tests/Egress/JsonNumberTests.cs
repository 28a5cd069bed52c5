using System.Globalization;
using System.Numerics;
using System.Text;
using Federation.Actors.Egress;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Egress;

public sealed class JsonNumberTests
{
    // The spans around the exponents -40 to 40 overlap, so that digits, point and exponent all have a say.
    private static readonly Gen<(string Text, BigInteger Scaled)> Number =
        from negative in Gen.Elements(true, false)
        from integer in Digits(12)
        from fraction in Digits(12)
        from trailing in Gen.Choose(0, 3)
        from exponent in Gen.Choose(-40, 40)
        from letter in Gen.Elements("e", "E")
        from sign in Gen.Elements("", "+")
        from padding in Gen.Elements("", "0", "000")
        select Written(negative, integer.TrimStart('0'), fraction + new string('0', trailing), exponent, letter, sign, padding);

    [Theory]
    [InlineData("9007199254740993", "9007199254740992", 1)]
    [InlineData("12345678901234567890123", "12345678901234567890122", 1)]
    [InlineData("1e400", "1e401", -1)]
    [InlineData("1e-400", "1e-401", 1)]
    [InlineData("-1e400", "-1e401", 1)]
    [InlineData("0.1", "0.10", 0)]
    [InlineData("1E+2", "100", 0)]
    [InlineData("100", "1.00e2", 0)]
    [InlineData("0.001", "1e-3", 0)]
    [InlineData("0.00120e5", "120", 0)]
    [InlineData("-0", "0", 0)]
    [InlineData("-0.0e99", "0e-5", 0)]
    [InlineData("-1e-999999999", "0", -1)]
    [InlineData("0", "1e-999999999", -1)]
    [InlineData("1e999999999", "10e999999998", 0)]
    [InlineData("1e999999999", "9.9e999999998", 1)]
    [InlineData("1e99999999999999999999999999999999999999999", "10e99999999999999999999999999999999999999998", 0)]
    [InlineData("1e99999999999999999999999999999999999999999", "1e100000000000000000000000000000000000000000", -1)]
    [InlineData("1e-99999999999999999999999999999999999999999", "1e99999999999999999999999999999999999999999", -1)]
    [InlineData("1e0000000000000000000000000000000000000000005", "100000", 0)]
    [InlineData("2", "10", -1)]
    [InlineData("-2", "-10", 1)]
    [InlineData("-2", "10", -1)]
    [InlineData("0.9", "1", -1)]
    [InlineData("1.5", "1.49999999999999999999", 1)]
    [InlineData("10.05", "10.5", -1)]
    public void Numbers_compare_by_their_exact_value(string left, string right, int order)
    {
        Assert.Equal(order, Compare(left, right));
        Assert.Equal(-order, Compare(right, left));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(123_456)]
    public void Digits_make_up_for_an_exponent_however_many_it_takes(int zeros)
    {
        var large = "1" + new string('0', zeros);
        var small = "0." + new string('0', zeros - 1) + "1";

        Assert.Equal(0, Compare($"1e{zeros}", large));
        Assert.Equal(-1, Compare($"1e{zeros - 1}", large));
        Assert.Equal(1, Compare($"1e{zeros + 1}", large));
        Assert.Equal(0, Compare($"1e-{zeros}", small));
        Assert.Equal(0, Compare($"{large}e-{zeros}", $"{small}e{zeros}"));
        Assert.Equal(1, Compare(large + ".5", large));
    }

    [Property(MaxTest = 5000)]
    public Property The_order_is_that_of_integers_without_bounds() =>
        Prop.ForAll(Number.Two().ToArbitrary(), pair =>
        {
            var (left, right) = pair;
            Assert.Equal(left.Scaled.CompareTo(right.Scaled), Compare(left.Text, right.Text));
            Assert.Equal(0, Compare(left.Text, left.Text));
        });

    [Property(MaxTest = 2000)]
    public void The_order_is_that_of_decimals(decimal left, decimal right)
    {
        Assert.Equal(left.CompareTo(right), Compare(Text(left), Text(right)));
        Assert.Equal(0, Compare(Text(left), Text(left) + (Text(left).Contains('.', StringComparison.Ordinal) ? "00" : ".00")));
    }

    private static int Compare(string left, string right) =>
        Math.Sign(JsonNumber.Compare(Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right)));

    private static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    private static Gen<string> Digits(int most) =>
        from digits in Gen.Elements('0', '0', '0', '1', '5', '9', '9').ArrayOf()
        select new string(digits, 0, Math.Min(most, digits.Length));

    /// <summary>A number as text, and as an integer in units of 10^-60.</summary>
    private static (string Text, BigInteger Scaled) Written(
        bool negative, string integer, string fraction, int exponent, string letter, string sign, string padding)
    {
        var digits = BigInteger.Parse("0" + integer + fraction, CultureInfo.InvariantCulture);
        var scaled = digits * BigInteger.Pow(10, 60 + exponent - fraction.Length);
        var point = fraction.Length > 0 ? "." + fraction : "";
        var power = exponent == 0 ? "" : $"{letter}{(exponent < 0 ? "-" : sign)}{padding}{Math.Abs(exponent)}";
        return ((negative ? "-" : "") + (integer.Length == 0 ? "0" : integer) + point + power, negative ? -scaled : scaled);
    }
}
