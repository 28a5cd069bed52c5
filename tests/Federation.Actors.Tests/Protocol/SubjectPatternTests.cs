using Federation.Actors.Protocol;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Protocol;

public sealed class SubjectPatternTests
{
    private static readonly Gen<string> Subject =
        from tokens in Gen.Elements("a", "b", "ab", "A").NonEmptyListOf()
        select string.Join('.', tokens.Take(5));

    private static readonly Gen<string> Pattern =
        from tokens in Gen.Elements("a", "b", "ab", "*", "*", "a*", ">b").NonEmptyListOf()
        from end in Gen.Elements("", "", ".>")
        from only in Gen.Choose(0, 20)
        select only == 0 ? ">" : string.Join('.', tokens.Take(5)) + end;

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "b", false)]
    [InlineData("a", "A", false)]
    [InlineData("a", "a.b", false)]
    [InlineData("a.b", "a", false)]
    [InlineData("*", "a", true)]
    [InlineData("*", "a.b", false)]
    [InlineData("a.*", "a.b", true)]
    [InlineData("a.*", "a", false)]
    [InlineData("a.*.c", "a.b.c", true)]
    [InlineData("a.*.c", "a.b.d", false)]
    [InlineData("a.*.c", "a.b.b.c", false)]
    [InlineData("*.*", "a.b", true)]
    [InlineData(">", "a", true)]
    [InlineData(">", "a.b.c", true)]
    [InlineData("a.>", "a.b", true)]
    [InlineData("a.>", "a.b.c.d", true)]
    [InlineData("a.>", "a", false)]
    [InlineData("a.>", "ab.c", false)]
    [InlineData("*.>", "a.b", true)]
    [InlineData("*.>", "a", false)]
    [InlineData("a*", "ab", false)]
    [InlineData("a*", "a*", true)]
    [InlineData("a>", "a>", true)]
    [InlineData("größe.*", "größe.漢", true)]
    [InlineData(">", "", false)]
    [InlineData("*", "", false)]
    [InlineData("a.*", "a.", false)]
    public void Wildcards_match_as_they_do_on_the_server(string pattern, string subject, bool matches) =>
        Assert.Equal(matches, Parse(pattern).Matches(subject));

    [Theory]
    [InlineData("a.b", "a.b", true)]
    [InlineData("a.b", "a.c", false)]
    [InlineData("a.*", "*.b", true)]
    [InlineData("a.>", "a", false)]
    [InlineData("a.>", "a.b.*", true)]
    [InlineData(">", "a", true)]
    [InlineData("a.*", "a.b.c", false)]
    [InlineData("a.*.c", "a.>", true)]
    [InlineData("b.*.c", "a.>", false)]
    public void Two_patterns_overlap_when_a_subject_may_match_both(string one, string other, bool overlaps) =>
        Assert.Equal((overlaps, overlaps), (Parse(one).Overlaps(other), Parse(other).Overlaps(one)));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData(">.a")]
    [InlineData("a.>.b")]
    [InlineData(">.>")]
    [InlineData("a b")]
    [InlineData("a.\t")]
    [InlineData("a\r\n")]
    [InlineData("a\0")]
    public void What_is_no_subject_is_refused(string text) => Assert.False(SubjectPattern.TryParse(text, out _));

    [Fact]
    public void A_pattern_has_a_length_that_is_bounded()
    {
        Assert.True(SubjectPattern.TryParse(new string('a', SubjectPattern.MaxLength), out _));
        Assert.False(SubjectPattern.TryParse(new string('a', SubjectPattern.MaxLength + 1), out _));
    }

    [Property(MaxTest = 5000)]
    public Property It_agrees_with_a_naive_matcher() =>
        Prop.ForAll(Pattern.Zip(Subject).ToArbitrary(), pair =>
        {
            var (pattern, subject) = pair;
            Assert.Equal(Naive(pattern.Split('.'), subject.Split('.')), Parse(pattern).Matches(subject));
        });

    private static bool Naive(string[] pattern, string[] subject) => (pattern, subject) switch
    {
        ([">"], { Length: > 0 }) => true,
        ([], []) => true,
        ([var token, .. var rest], [var found, .. var others]) =>
            (token is "*" || string.Equals(token, found, StringComparison.Ordinal)) && Naive(rest, others),
        _ => false,
    };

    private static SubjectPattern Parse(string text)
    {
        Assert.True(SubjectPattern.TryParse(text, out var pattern));
        return pattern;
    }

    [Theory]
    [InlineData("a.>", "a.b", true)]
    [InlineData("a.>", "a.>", true)]
    [InlineData("a.>", "a.b.>", true)]
    [InlineData("a.>", "a", false)]
    [InlineData("a.>", ">", false)]
    [InlineData("a.>", "*.b", false)]
    [InlineData(">", "*.b", true)]
    [InlineData("a.*", "a.*", true)]
    [InlineData("a.*", "a.b", true)]
    [InlineData("a.b", "a.*", false)]
    [InlineData("a.*", "a.>", false)]
    [InlineData("a.*.c", "a.b", false)]
    [InlineData("a", "a.b", false)]
    public void A_pattern_covers_another_when_it_matches_all_that_the_other_does(string pattern, string other, bool covers)
    {
        Assert.True(SubjectPattern.TryParse(pattern, out var one));
        Assert.True(SubjectPattern.TryParse(other, out var two));
        Assert.Equal(covers, one.Covers(two));
    }
}
