using System.Text;
using Federation.Actors.Configuration;
using Federation.Actors.Tests.Architecture;
using Federation.Hocon;

namespace Federation.Actors.Tests.Configuration;

/// <summary>The configurations in the pages are valid.</summary>
public sealed class DocumentedConfigurationTests
{
    /// <summary>Page and text of each block that is marked as HOCON.</summary>
    public static TheoryData<string, string> Blocks
    {
        get
        {
            var blocks = new TheoryData<string, string>();
            foreach (var page in MarkdownPage.All)
            {
                foreach (var (_, text) in page.Fences.Where(static fence => fence.Language is "hocon"))
                {
                    blocks.Add(page.Path, text);
                }
            }

            return blocks;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_is_valid_as_a_configuration_or_as_a_part_of_one(string page, string text)
    {
        if (text.Contains("secret = ", StringComparison.Ordinal))
        {
            Assert.True(PeerTable.Parse(Encoding.UTF8.GetBytes(text), page, ["sensor"]).Count > 0);
        }
        else if (text.StartsWith("federation.components", StringComparison.Ordinal))
        {
            Assert.Empty(Configurations.Faults(text));
        }
        else
        {
            var isPartOfNode = text.StartsWith("federation.", StringComparison.Ordinal);
            Assert.Empty(Configurations.Faults(isPartOfNode ? text + Configurations.Server("") : Configurations.Server(text)));
        }
    }

    /// <summary>An unmarked block would not be tested.</summary>
    [Fact]
    public void Every_block_of_HOCON_is_marked()
    {
        Assert.All(
            MarkdownPage.All.SelectMany(static page => page.Fences.Where(static fence => fence.Language.Length == 0)),
            static fence => Assert.Throws<HoconSyntaxException>(() => HoconParser.Parse(fence.Text, "block")));
    }
}
