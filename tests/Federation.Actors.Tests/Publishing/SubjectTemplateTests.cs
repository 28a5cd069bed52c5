using System.Text;
using Federation.Actors.Publishing;
using Federation.Actors.Wire;
using FsCheck;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Publishing;

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
    [InlineData("in.{payload.site}", """{"site":""}""", "in._")]
    [InlineData("in.{payload.site}", """{"site":{"x":1}}""", "in._")]
    [InlineData("in.{payload.site}", """["site"]""", "in._")]
    [InlineData("in.{payload.site}", """{"other":1}""", "in._")]
    [InlineData("in.{payload.site}", """{"site":"\ud800"}""", "in._")]
    [InlineData("in.{payload.site}", """{"site":"nörd"}""", "in.nörd")]
    public void Placeholders_are_filled_in_as_one_token(string template, string payload, string subject) =>
        Assert.Equal(subject, SubjectTemplate.Parse(template, "hub").Resolve(Peer, Encoding.UTF8.GetBytes(payload)));

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
    public void What_is_no_subject_is_refused(string template) => Assert.False(SubjectTemplate.IsValid(template));

    [Fact]
    public void A_stream_has_to_listen_to_a_star_for_each_placeholder() =>
        Assert.Equal("in.*.x.*", SubjectTemplate.Parse("in.{peer}.x.{payload.a}", "hub").Wildcard);

    [Fact]
    public void A_subject_without_placeholders_is_the_same_instance_each_time()
    {
        var template = SubjectTemplate.Parse("federated.data", "hub");
        Assert.Same(template.Resolve(Peer, default), template.Resolve(Peer, default));
    }

    [Property]
    public bool Any_text_becomes_exactly_one_token(NonNull<string> text)
    {
        var payload = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal) { ["v"] = text.Get });
        var subject = SubjectTemplate.Parse("in.{payload.v}.x", "hub").Resolve(Peer, payload);
        var tokens = subject.Split('.');
        return tokens.Length == 3 && tokens[1].Length is > 0 and <= 64 && !tokens[1].Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '*' or '>');
    }
}
