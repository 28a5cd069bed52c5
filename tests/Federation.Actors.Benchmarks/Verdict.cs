using System.Globalization;

namespace Federation.Actors.Benchmarks;

/// <summary>A bar and what was measured against it.</summary>
/// <param name="What">In words.</param>
/// <param name="Measured">The figure.</param>
/// <param name="Bar">What it should be.</param>
/// <param name="AtLeast">True when more is better.</param>
internal sealed record Verdict(string What, double Measured, double Bar, bool AtLeast)
{
    public bool IsMet => AtLeast ? Measured >= Bar : Measured <= Bar;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsMet ? "met   " : "MISSED")}  {What}: {Measured:0.00}, bar: {(AtLeast ? ">=" : "<=")} {Bar:0.##}");
}
