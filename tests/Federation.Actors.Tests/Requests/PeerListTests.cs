using System.Text;
using System.Text.Json;
using Federation.Actors.Diagnostics;
using Federation.Actors.Requests;
using Federation.Actors.Tests.Sockets;

namespace Federation.Actors.Tests.Requests;

public sealed class PeerListTests
{
    private readonly PeerTable _peers = new();
    private readonly Clock _clock = new(new ManualTime { Utc = DateTimeOffset.UnixEpoch.AddSeconds(1) });
    private readonly PeerList _list;

    public PeerListTests() => _list = new PeerList("node-1", "edge-in", _peers, _clock);

    [Fact]
    public void A_component_without_peers_has_an_empty_list() => Assert.Equal(
        """{"status":"ok","result":{"node":"node-1","component":"edge-in","total":0,"offset":0,"peers":[]}}""", Text(""));

    [Fact]
    public void Peers_come_by_name_with_what_is_known_of_them()
    {
        Add("hub").Meter.End = "gone";
        Add("edge").Meter.Capabilities = """{"region":"eu"}"""u8.ToArray();

        const string edge = """{"identity":"edge","address":"10.0.0.1:5","since":1000"""
            + ""","state":"connected","capabilities":{"region":"eu"}}""";
        const string hub = """{"identity":"hub","address":"10.0.0.1:5","since":1000,"state":"closing","capabilities":{}}""";
        Assert.Equal("""{"status":"ok","result":{"node":"node-1","component":"edge-in","total":2,"offset":0"""
            + $$$""","peers":[{{{edge}}},{{{hub}}}]}}""", Text(""));
    }

    [Theory]
    [InlineData("""{"offset":1}""", 1, "b,c,d")]
    [InlineData("""{"limit":2}""", 0, "a,b")]
    [InlineData("""{"offset":2,"limit":1}""", 2, "c")]
    [InlineData("""{"offset":4}""", 4, "")]
    [InlineData("""{"limit":5000,"other":1}""", 0, "a,b,c,d")]
    public void A_page_is_what_was_asked_for(string question, int offset, string names)
    {
        Array.ForEach(["c", "a", "d", "b"], name => Add(name));

        var result = Result(question);

        Assert.Equal(names, Names(result));
        Assert.Equal((offset, 4), (result.GetProperty("offset").GetInt32(), result.GetProperty("total").GetInt32()));
    }

    [Fact]
    public void A_page_holds_no_more_than_its_most()
    {
        AddMany(PeerList.MaxPage + 1);

        Assert.Equal(PeerList.MaxPage, Result("").GetProperty("peers").GetArrayLength());
        Assert.Equal("p1000", Names(Result("""{"offset":1000}""")));
    }

    [Fact]
    public void A_page_is_halved_until_it_fits()
    {
        AddMany(8);
        var fitsTwo = _list.Answer("""{"limit":2}"""u8.ToArray(), int.MaxValue).Length;

        var answer = _list.Answer(default, fitsTwo);

        Assert.Equal("p0000,p0001", Names(JsonElement.Parse(answer.Span).GetProperty("result")));
    }

    [Fact]
    public void All_peers_are_found_page_by_page_however_little_fits()
    {
        AddMany(23);
        List<string> found = [];
        while (found.Count < 23)
        {
            var answer = _list.Answer(Encoding.UTF8.GetBytes($$"""{"offset":{{found.Count}}}"""), 500);
            Assert.InRange(answer.Length, 1, 500);
            var names = Names(JsonElement.Parse(answer.Span).GetProperty("result"));
            Assert.NotEmpty(names);
            found.AddRange(names.Split(','));
        }

        Assert.Equal(Enumerable.Range(0, 23).Select(i => $"p{i:0000}"), found);
    }

    [Theory]
    [InlineData("x", "the payload is not JSON; expected nothing, or an object with offset and limit")]
    [InlineData("[1]", "the payload is not an object; expected nothing, or an object with offset and limit")]
    [InlineData("""{"offset":-1}""", "expected an offset of at least 0 and a limit of 1 to 1000")]
    [InlineData("""{"offset":"1"}""", "expected an offset of at least 0 and a limit of 1 to 1000")]
    [InlineData("""{"offset":1.5}""", "expected an offset of at least 0 and a limit of 1 to 1000")]
    [InlineData("""{"offset":99999999999}""", "expected an offset of at least 0 and a limit of 1 to 1000")]
    [InlineData("""{"limit":0}""", "expected an offset of at least 0 and a limit of 1 to 1000")]
    [InlineData("""{"limit":null}""", "expected an offset of at least 0 and a limit of 1 to 1000")]
    public void A_bad_question_is_told_what_was_expected(string question, string message) => Assert.Equal(
        $$$"""{"status":"error","error":{"code":"invalid_request","message":"{{{message}}}"}}""", Text(question));

    private static string Names(JsonElement result) =>
        string.Join(',', result.GetProperty("peers").EnumerateArray().Select(peer => peer.GetProperty("identity").GetString()));

    private JsonElement Result(string question) => JsonElement.Parse(Text(question)).GetProperty("result");

    private string Text(string question) => Encoding.UTF8.GetString(_list.Answer(Encoding.UTF8.GetBytes(question), int.MaxValue).Span);

    private void AddMany(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Add($"p{i:0000}");
        }
    }

    private PeerEntry Add(string identity)
    {
        var entry = new PeerEntry(NamedRef.Of($"connection-{identity}"), new PeerMeter(identity, "10.0.0.1:5") { Since = _clock.Elapsed });
        _peers.Add(entry);
        return entry;
    }
}
