using Federation.Actors.Diagnostics;

namespace Federation.Actors.Tests.Diagnostics;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("token expired", "token expired")]
    [InlineData(" two\r\nlines ", "two  lines")]
    [InlineData("\u001b[31mred\u0007", "?[31mred?")]
    [InlineData("a\u202Eb\u2028c", "a?b?c")]
    [InlineData("grün \U0001F600", "grün \U0001F600")]
    public void Nothing_steers_the_terminal(string? text, string safe) => Assert.Equal(safe, SafeText.Of(text));

    [Fact]
    public void Half_of_a_surrogate_pair_is_not_shown() => Assert.Equal("a?b", SafeText.Of("a" + (char)0xD800 + "b"));

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal(new string('x', 200) + "...", SafeText.Of(new string('x', 70_000)));
}
