using Federation.Actors.Security;

namespace Federation.Actors.Tests.Security;

public sealed class SubjectRulesTests
{
    [Theory]
    [InlineData("a", "", "a", true)]
    [InlineData("a", "", "a.b", false)]
    [InlineData("a.*", "", "a.b", true)]
    [InlineData("a.*", "", "a.b.c", false)]
    [InlineData("a.> b", "", "b", true)]
    [InlineData("a.>", "", "a", false)]
    [InlineData(">", "a.>", "a.b", false)]
    [InlineData(">", "a.>", "a", true)]
    [InlineData("a.*", "a.b", "a.b", false)]
    [InlineData("a.*", "a.b", "a.c", true)]
    [InlineData("", "", "a", false)]
    [InlineData("", "a", "b", false)]
    [InlineData("up.{peer}.>", "", "up.edge-7.t", true)]
    [InlineData("up.{peer}.>", "", "up.edge-8.t", false)]
    [InlineData("up.{peer}.>", "", "up.{peer}.t", false)]
    [InlineData("*.>", "*.{peer}", "up.edge-7", false)]
    [InlineData("a*", "", "ab", false)]
    public void A_subject_is_permitted_when_it_is_allowed_and_not_denied(string allow, string deny, string subject, bool isPermitted)
    {
        var rules = SubjectRules.Of(List(allow), List(deny), "edge-7")!;

        Assert.Equal(isPermitted, rules.Permits(subject));
        Assert.Equal(isPermitted, rules.Permits(subject));
        _ = rules.Permits("another.subject");
        Assert.Equal(isPermitted, rules.Permits(string.Concat(subject)));
    }

    [Fact]
    public void There_are_no_rules_where_everything_is_permitted()
    {
        Assert.Null(SubjectRules.Of(List("a >"), [], "edge-7"));
        Assert.NotNull(SubjectRules.Of(List(">"), List("a"), "edge-7"));
    }

    [Fact]
    public void Any_number_of_subjects_is_decided_and_few_are_kept()
    {
        var rules = SubjectRules.Of(List("a.*"), List("a.13"), "edge-7")!;

        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 3 * SubjectRules.MaxDecisions; i++)
            {
                Assert.Equal(i != 13, rules.Permits($"a.{i}"));
                Assert.False(rules.Permits($"b.{i}"));
            }

            Assert.InRange(rules.Decisions, 1, SubjectRules.MaxDecisions);
        }
    }

    private static string[] List(string patterns) => patterns.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
