using System.Text;
using Federation.Actors.Protocol;

namespace Federation.Actors.Tests.Protocol;

public sealed class LoopGuardTests
{
    private readonly LoopGuard _guard = new("node-1", 3);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""["a"]""")]
    [InlineData("""[ "a" , "b" ]""")]
    [InlineData("""["node-10","ode-1"]""")]
    [InlineData("""["NODE-1"]""")]
    public void What_comes_from_elsewhere_and_not_too_far_goes_on(string via) => Assert.Equal(LoopVerdict.None, Judge(via));

    [Theory]
    [InlineData("""["node-1"]""")]
    [InlineData("""["a","node-1"]""")]
    [InlineData("""["a","b","c","d","node-1"]""")]
    public void What_has_been_here_does_not(string via) => Assert.Equal(LoopVerdict.NamesThisNode, Judge(via));

    [Theory]
    [InlineData("""["a","b","c"]""")]
    [InlineData("""["a","a","a","a"]""")]
    public void What_has_passed_as_many_nodes_as_allowed_does_not(string via) => Assert.Equal(LoopVerdict.TooManyHops, Judge(via));

    [Fact]
    public void A_guard_of_no_node_lets_everything_pass() =>
        Assert.Equal(LoopVerdict.None, LoopGuard.None.Judge(new ViaIds("""["a","b"]"""u8)));

    [Fact]
    public void Each_verdict_has_a_sentence_of_its_own() =>
        Assert.NotEqual(LoopGuard.Sentence(LoopVerdict.NamesThisNode), LoopGuard.Sentence(LoopVerdict.TooManyHops));

    [Fact]
    public void Judging_allocates_nothing()
    {
        Judge();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Judge();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Judge()
        {
            for (var i = 0; i < 100; i++)
            {
                _guard.Judge(new ViaIds("""["a","b"]"""u8));
            }
        }
    }

    private LoopVerdict Judge(string via) => _guard.Judge(new ViaIds(Encoding.UTF8.GetBytes(via)));
}
