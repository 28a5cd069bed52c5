using System.Security.Cryptography;
using System.Text;
using Federation.Actors.Configuration;
using Federation.Actors.Tests.Packaging;

namespace Federation.Actors.Tests.Configuration;

public sealed class PeerTableTests
{
    private const string Hash = "sha256:0000000000000000000000000000000000000000000000000000000000000001";

    [Fact]
    public void A_peer_is_found_by_the_hash_of_each_of_its_secrets_with_its_tags()
    {
        var table = Parse($$"""
            # two secrets, while one replaces the other
            edge-7 { secret = "{{PeerTable.HashOf("old")}}" }
            edge-8 { secret = ["{{PeerTable.HashOf("t0ken")}}", "{{PeerTable.HashOf("n3xt")}}"], profile = sensor, tags { region = eu } }
            """);

        Assert.Equal(2, table.Count);
        Assert.Equal("edge-7", Find(table, "old")?.Name);
        Assert.Equal("edge-8", Find(table, "t0ken")?.Name);
        Assert.Equal("eu", Find(table, "n3xt")?.Tags?["region"]);
        Assert.Equal("sensor", Find(table, "n3xt")?.Profile);
        Assert.Null(Find(table, "old")?.Profile);
        Assert.Null(Find(table, "other"));
        Assert.True(table.IsNamed("edge-7"));
        Assert.False(table.IsNamed("edge-9"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nobody\n")]
    [InlineData("\uFEFF")]
    public void A_file_without_peers_is_valid(string text) => Assert.Equal(0, Parse(text).Count);

    [Theory]
    [InlineData("\"edge 7\" { secret = x }",
        "peers.conf:1: edge 7: found the name \"edge 7\", expected 1 to 64 of A-Za-z0-9_-, other than client- and a number")]
    [InlineData("\nclient-1 { secret = x }",
        "peers.conf:2: client-1: found the name \"client-1\", expected 1 to 64 of A-Za-z0-9_-, other than client- and a number")]
    [InlineData("edge-7 = t0ken", "peers.conf:1: edge-7: found a value, expected a block such as { secret = \"sha256:...\" }")]
    [InlineData("edge-7 { }", "peers.conf:1: edge-7.secret: found no value, expected \"sha256:\" and 64 hexadecimal digits, as "
        + "`federation token` prints")]
    [InlineData("a { secret = \"" + Hash + "\" }\nedge-7 {\n secret = t0ken }", "peers.conf:3: edge-7.secret: found a value of another "
        + "form, expected \"sha256:\" and 64 hexadecimal digits, as `federation token` prints")]
    [InlineData("edge-7 { secret = \"" + Hash + "z\" }", "peers.conf:1: edge-7.secret: found a value of another form, expected \"sha256:\" "
        + "and 64 hexadecimal digits, as `federation token` prints")]
    [InlineData("a { secret = \"" + Hash + "\" }\nb { secret = \"" + Hash + "\" }",
        "peers.conf:2: b.secret: found the secret of a, expected a secret of its own")]
    [InlineData("a { secret = \"" + Hash + "\", tag { x = 1 } }", "peers.conf:1: a.tag: found an unknown key, expected tags")]
    [InlineData("a { secret = \"" + Hash + "\", tags = eu }",
        "peers.conf:1: a.tags: found \"eu\", expected a block of at most 32 texts, such as { region = eu }")]
    [InlineData("\nedge-7 { secret = \"" + Hash + "\", profile = senser }",
        "peers.conf:2: edge-7.profile: found \"senser\", expected sensor")]
    [InlineData("edge-7 { secret = \"" + Hash + "\", profile = x }",
        "peers.conf:1: edge-7.profile: found \"x\", expected one of sensor, operator")]
    [InlineData("edge-7 { secret = \"" + Hash + "\", profile { publish { allow = [a] } } }",
        "peers.conf:1: edge-7.profile: found a block, expected one of sensor, operator")]
    [InlineData("a { secret", "peers.conf:1:11: found the end of the text, expected = or : or { after the key secret")]
    public void A_fault_is_shown_with_its_line_and_what_was_expected(string text, string fault)
    {
        var message = Assert.Throws<InvalidDataException>(() => Parse(text)).Message;

        Assert.Equal(fault, message);
        Assert.DoesNotContain("t0ken", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_faults_the_first_three_are_shown() =>
        Assert.EndsWith("; and 97 more",
            Assert.Throws<InvalidDataException>(() => Parse(string.Join('\n', Enumerable.Range(0, 100).Select(i => $"edge-{i} = x")))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_hundred_thousand_peers_fit()
    {
        var hashes = Enumerable.Range(0, 100_000).Select(static i => SHA256.HashData(BitConverter.GetBytes(i))).ToList();
        var text = string.Join('\n', hashes.Select(
            static (hash, i) => $"edge-{i} {{ secret = \"sha256:{Convert.ToHexStringLower(hash)}\", tags {{ region = eu }} }}"));
        Assert.InRange(text.Length, 1, PeerTable.MaxBytes);

        var table = Parse(text);

        Assert.Equal(hashes.Count, table.Count);
        Assert.Equal("edge-99999", table.Find(hashes[^1])?.Name);
    }

    [Fact]
    public void The_example_is_valid() => Assert.Equal(2, Parse(DeploymentFiles.Text("config/peers.conf")).Count);

    [Fact]
    public void A_profile_cannot_be_selected_where_there_is_none() => Assert.Equal(
        "peers.conf:1: a.profile: found \"sensor\", expected the name of a profile in auth.profiles, which is empty",
        Assert.Throws<InvalidDataException>(() => PeerTable.Parse(
            Encoding.UTF8.GetBytes($"a {{ secret = \"{Hash}\", profile = sensor }}"), "peers.conf", [])).Message);

    private static PeerTable Parse(string text) => PeerTable.Parse(
        Encoding.UTF8.GetBytes(text), "/etc/federation/peers.conf", ["sensor", "operator"]);

    private static PeerEntry? Find(PeerTable table, string secret) => table.Find(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
