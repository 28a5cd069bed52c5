using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using FsCheck;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Receiving;

/// <summary>What stands for what in a port's subject.</summary>
public sealed class SubjectTemplateTests
{
    private static readonly PeerName Peer = new("edge-7", Lasting: true);

    [Theory]
    [InlineData("federated.data", "{}", "federated.data")]
    [InlineData("in.{peer}.{component}.{type}", "{}", "in.edge-7.hub.data")]
    [InlineData("in.{payload.site}", """{"site":"north"}""", "in.north")]
    [InlineData("in.{payload.a.b}.x", """{"z":{"b":0},"a":{"c":[1,{"b":2}],"b":"deep"}}""", "in.deep.x")]
    [InlineData("v{payload.n}.{payload.t}", """{"n":-1.5e3,"t":true}""", "v-1_5e3.true")]
    [InlineData("in.{payload.site}", """{"site":"a b.c*d>e\n"}""", "in.a_b_c_d_e_")]
    [InlineData("in.{payload.site}", """{"\ud800a":1,"site":"north"}""", "in.north")]
    [InlineData("in.{payload.site}", """{"site":""}""", "in._")]
    [InlineData("in.{payload.site}", """{"site":{"x":1}}""", "in._")]
    [InlineData("in.{payload.site}", """["site"]""", "in._")]
    [InlineData("in.{payload.site}", """{"other":1}""", "in._")]
    [InlineData("in.{payload.site}", """{"site":"\ud800"}""", "in._")]
    [InlineData("in.{payload.site}", """{"site":"nörd"}""", "in.nörd")]
    public void Placeholders_are_filled_in_as_one_token(string template, string payload, string subject) =>
        Assert.Equal(subject, SubjectTemplate.Parse(template, "hub").Resolve(Peer, Encoding.UTF8.GetBytes(payload), default));

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a.*")]
    [InlineData("a.>")]
    [InlineData("a b")]
    [InlineData("a.{")]
    [InlineData("a.}")]
    [InlineData("a.{other}")]
    [InlineData("a.{payload.}")]
    [InlineData("a.{payload}")]
    [InlineData("{peer")]
    [InlineData("{subject}.x")]
    [InlineData("a.{subject}.{peer}")]
    [InlineData("x{subject}")]
    [InlineData("{peer}{subject}")]
    [InlineData("a.{subject}.{subject}")]
    public void What_is_no_subject_is_refused(string template) => Assert.False(SubjectTemplate.IsValid(template));

    [Fact]
    public void A_stream_has_to_listen_to_a_star_for_each_placeholder() =>
        Assert.Equal("in.*.x.*", SubjectTemplate.Parse("in.{peer}.x.{payload.a}", "hub").Wildcard);

    [Theory]
    [InlineData("{subject}", ">")]
    [InlineData("mirror.{subject}", "mirror.>")]
    [InlineData("{peer}.x.{subject}", "*.x.>")]
    public void A_stream_has_to_listen_to_all_below_for_the_message_s_own_subject(string template, string wildcard) =>
        Assert.Equal(wildcard, SubjectTemplate.Parse(template, "hub").Wildcard);

    [Theory]
    [InlineData("{subject}", "factory.line-1.temp", "factory.line-1.temp")]
    [InlineData("mirror.{subject}", "a.b", "mirror.a.b")]
    [InlineData("{component}.{peer}.{subject}", "a.b", "hub.edge-7.a.b")]
    [InlineData("{subject}", "", "_")]
    [InlineData("m.{subject}", "", "m._")]
    [InlineData("m.{subject}", ".", "m._._")]
    [InlineData("m.{subject}", "a..b.", "m.a._.b._")]
    [InlineData("m.{subject}", ".a", "m._.a")]
    [InlineData("m.{subject}", "a b.*.>.c\u0000d\u007f", "m.a_b._._.c_d_")]
    [InlineData("m.{subject}", "{peer}", "m._peer_")]
    [InlineData("m.{subject}", "\\u0061\\u002e\\u0020\\n\\\"", "m.a.__\"")]
    [InlineData("m.{subject}", "\\ud800", "m._")]
    [InlineData("m.{subject}", "nörd.😀", "m.nörd.__")]
    [InlineData("$KV.bucket.{subject}", "$JS.key", "$KV.bucket.$JS.key")]
    public void A_message_s_own_subject_is_filled_in_token_by_token(string template, string own, string subject) =>
        Assert.Equal(subject, SubjectTemplate.Parse(template, "hub").Resolve(Peer, default, Encoding.UTF8.GetBytes(own)));

    [Property]
    public bool Any_text_of_a_message_becomes_a_subject_of_512_characters_at_most(NonNull<string> text, bool isLong, bool isPrefixed)
    {
        var own = System.Text.Json.JsonSerializer.Serialize(
            isLong ? string.Concat(Enumerable.Repeat(text.Get + ".", 600)) : text.Get)[1..^1];
        var subject = SubjectTemplate.Parse(isPrefixed ? "in.{subject}" : "{subject}", "hub").Resolve(
            Peer, default, Encoding.UTF8.GetBytes(own));

        return subject.Length is > 0 and <= 512
            && subject.StartsWith("in.", StringComparison.Ordinal) | !isPrefixed
            && subject.Split('.').All(token => token.Length > 0 && !token.Any(
                c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || c is '*' or '>'));
    }

    [Fact]
    public void A_subject_that_just_fits_is_kept_and_a_longer_one_is_cut_to_whole_tokens()
    {
        var template = SubjectTemplate.Parse("{subject}", "hub");
        var fits = new string('a', 509) + ".bc";

        Assert.Equal(fits, template.Resolve(Peer, default, Encoding.UTF8.GetBytes(fits)));
        Assert.Equal(fits, template.Resolve(Peer, default, Encoding.UTF8.GetBytes(fits + "d.e")));
        Assert.Equal(new string('a', 511) + "_", template.Resolve(Peer, default, Encoding.UTF8.GetBytes(new string('a', 511) + ".b")));
    }

    [Fact]
    public void A_subject_without_placeholders_is_the_same_instance_each_time()
    {
        var template = SubjectTemplate.Parse("federated.data", "hub");
        Assert.Same(template.Resolve(Peer, default, default), template.Resolve(Peer, default, "x"u8));
    }

    [Property]
    public bool Any_text_becomes_exactly_one_token(NonNull<string> text)
    {
        var payload = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["v"] = text.Get });
        var subject = SubjectTemplate.Parse("in.{payload.v}.x", "hub").Resolve(Peer, payload, default);
        var tokens = subject.Split('.');
        return tokens.Length == 3 && tokens[1].Length is > 0 and <= 64
            && !tokens[1].Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '*' or '>');
    }
}
