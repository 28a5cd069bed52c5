using System.Text;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Receiving;

public sealed class SubjectGuardTests
{
    private const string Inbox = "_INBOX";

    [Theory]
    [InlineData("$SYS.REQ.SERVER.PING")]
    [InlineData("$JS.API.STREAM.DELETE.x")]
    [InlineData("$")]
    [InlineData("_INBOX.abc.1")]
    [InlineData("_INBOX")]
    [InlineData("\\u005fINBOX.abc")]
    [InlineData("\\u0024SYS.x")]
    [InlineData("_R_.x")]
    [InlineData("_GR_.x")]
    [InlineData("federated.control.send.victim")]
    [InlineData("federated.control")]
    [InlineData("other.control.request")]
    public void What_a_message_names_never_reaches_the_server_an_inbox_or_a_control_port(string own) =>
        Assert.NotNull(Forbids("{subject}", own));

    [Theory]
    [InlineData("_.$SYS")]
    [InlineData("_INBOXES.x")]
    [InlineData("federated.controls.x")]
    [InlineData("federated.data")]
    public void Other_subjects_are_permitted(string own) => Assert.Null(Forbids("{subject}", own));

    [Theory]
    [InlineData("{payload.a}.x", "{\"a\":\"$JS\"}", "edge")]
    [InlineData("{payload.a}.x", "{\"a\":\"_INBOX\"}", "edge")]
    [InlineData("federated.{payload.a}.send", "{\"a\":\"control\"}", "edge")]
    [InlineData("federated.{peer}.send", "1", "control")]
    [InlineData("{peer}.x", "1", "_INBOX")]
    public void Neither_do_payloads_nor_names_of_peers(string template, string payload, string peer) =>
        Assert.NotNull(Forbids(template, "", payload, peer));

    [Fact]
    public void A_first_token_that_the_port_spells_out_is_its_own_choice_but_not_an_inbox()
    {
        Assert.Null(Forbids("$KV.bucket.{subject}", "key"));
        Assert.NotNull(Forbids("{subject}", "private.inbox.1", inbox: "private.inbox"));
        Assert.NotNull(Forbids("private.{subject}", "inbox.1", inbox: "private.inbox"));
    }

    [Fact]
    public void A_subject_in_which_peers_have_no_part_has_no_guard() => Assert.Null(Guard("federated.{component}.{type}"));

    [Theory]
    [InlineData("sensors.a.b", true)]
    [InlineData("audit.x", true)]
    [InlineData("audit.x.y", false)]
    [InlineData("commands.reboot", false)]
    public void Allowed_subjects_bound_what_a_message_names(string own, bool permitted) =>
        Assert.Equal(permitted, Forbids("{subject}", own, allowed: ["sensors.>", "audit.*"]) is null);

    [Fact]
    public void Allowed_subjects_do_not_open_a_control_port() =>
        Assert.NotNull(Forbids("{subject}", "federated.control.send.victim", allowed: [">"]));

    [Theory]
    [InlineData("{subject}", "events.a", "events.>", false)]
    [InlineData("{subject}", "other.a", "events.>", true)]
    [InlineData("events.{subject}", "a", "events.>", true)]
    [InlineData("events.{subject}", "a.b", "events.*.b", false)]
    [InlineData("events.{peer}", "", "events.edge", false)]
    [InlineData("events.{peer}", "", "events.*", true)]
    [InlineData("events.{peer}", "", "events.other", true)]
    [InlineData("events.{subject}", "victim.a", "events.{peer}.>", false)]
    [InlineData("events.{payload.to}", "", "events.{peer}", false)]
    [InlineData("events.{payload.to}", "", "events.*", true)]
    public void The_choice_of_a_peer_does_not_reach_an_input_of_the_node(string template, string own, string input, bool permitted)
    {
        Assert.Equal(permitted, Forbids(template, own, input: input) is null);
        Assert.Equal(permitted, Forbids(template, own, otherInput: input) is null);
    }

    [Fact]
    public void Unless_allowed_subjects_say_so() => Assert.Null(Forbids("{subject}", "events.a", allowed: ["events.>"], input: "events.>"));

    [Property]
    public bool No_text_of_a_message_reaches_a_control_port(FsCheck.NonNull<string> text, bool isBelow)
    {
        var own = System.Text.Json.JsonSerializer.Serialize((isBelow ? "federated.control." : "federated.") + text.Get)[1..^1];
        var subject = SubjectTemplate.Parse("{subject}", "hub").Resolve(
            new PeerName("edge", Lasting: true), default, Encoding.UTF8.GetBytes(own));
        var isControl = string.Equals(subject, "federated.control", StringComparison.Ordinal)
            || subject.StartsWith("federated.control.", StringComparison.Ordinal);
        return isControl == (Guard("{subject}")!.Forbids(subject) is not null);
    }

    private static string? Forbids(
        string template, string own, string payload =
            "1", string peer = "edge", string[]? allowed = null, string? input = null, string? otherInput = null, string inbox = Inbox)
    {
        var subject = SubjectTemplate.Parse(template, "hub").Resolve(
            new PeerName(peer, Lasting: true), Encoding.UTF8.GetBytes(payload), Encoding.UTF8.GetBytes(own));
        return Guard(template, allowed, input, otherInput, inbox)!.Forbids(subject);
    }

    private static SubjectGuard? Guard(
        string template, string[]? allowed = null, string? input = null, string? otherInput = null, string inbox = Inbox)
    {
        var component = new ComponentSettings
        {
            Name = "hub",
            Ports = new PortsSettings
            {
                Outputs =
                [
                    new OutputPortSettings { Name = PortsSettings.DataName, Subject = template, AllowedSubjects = allowed ?? [] },
                    new OutputPortSettings { Name = PortsSettings.ControlName, Subject = "federated.control" },
                ],
                Inputs = Inputs(input),
            },
        };
        return SubjectGuard.Of(SubjectTemplate.Parse(template, "hub"), [component, Other(otherInput)], component, inbox);
    }

    private static InputPortSettings[] Inputs(string? subject) =>
        subject is null ? [] : [new InputPortSettings { Name = "in", Subject = subject }];

    private static ComponentSettings Other(string? input) => new()
    {
        Name = "other",
        Ports = new PortsSettings { Outputs = [new OutputPortSettings { Name = PortsSettings.ControlName, Subject = "other.control" }],
            Inputs = Inputs(input) },
    };
}
