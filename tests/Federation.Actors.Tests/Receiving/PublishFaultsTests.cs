using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Tests.Receiving;

namespace Federation.Actors.Tests.Receiving;

public sealed class PublishFaultsTests
{
    private const string Full = "maximum messages exceeded";
    private long _number;

    [Fact]
    public void A_refused_message_is_a_fault_that_names_subject_stream_reason_and_remedy()
    {
        var faults = Faults("sensors.{payload.v}");
        Note(faults, 0, ("a", Full));

        var fault = faults.Current!;
        Assert.Equal(
            ("ws_data", "subject sensors.a, stream SENSORS", "", false), (fault.Port, fault.Target, fault.Peer, fault.NeedsChange));
        Assert.Equal("messages are nacked, the first one from none: maximum messages exceeded", fault.Reason);
        Assert.Contains("make room in the stream", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_over_when_the_bus_takes_the_subject_again_and_refuses_none_for_a_while()
    {
        var faults = Faults("sensors.{payload.v}");
        Note(faults, 0, ("a", Full));
        Note(faults, 4, ("a", null), ("a", Full));
        Note(faults, 5, ("b", null), ("a", null));
        faults.Expire(TimeSpan.FromSeconds(8.9));
        Assert.NotNull(faults.Current);

        faults.Expire(TimeSpan.FromSeconds(9));

        Assert.Null(faults.Current);
        Assert.True(faults.IsEmpty);
    }

    [Fact]
    public void A_subject_that_nobody_publishes_to_any_more_is_forgotten_and_others_that_are_taken_do_not_hide_it()
    {
        var faults = Faults("sensors.{payload.v}");
        Note(faults, 0, ("a", Full), ("b", null));
        Note(faults, 59, ("b", null));
        faults.Expire(TimeSpan.FromSeconds(59.9));
        Assert.NotNull(faults.Current);

        faults.Expire(TimeSpan.FromSeconds(60));

        Assert.Null(faults.Current);
    }

    [Fact]
    public void A_fault_stays_the_same_while_more_subjects_and_peers_are_refused()
    {
        var faults = Faults("sensors.{payload.v}");
        Note(faults, 0, ("a", Full));
        var first = faults.Current;
        for (var i = 0; i < 2 * PublishFaults.MaxSubjects; i++)
        {
            Note(faults, 1, ($"s{i}", Full), ("a", Full));
        }

        Assert.Equal(first, faults.Current);
    }

    [Fact]
    public void What_a_message_itself_is_refused_for_is_no_fault_of_the_port()
    {
        var faults = Faults("sensors");
        var group = Group("a");
        faults.Note(group, [new Refusal(group.Ranges[0].Batch, 0, NackReason.TooLarge, "too large")], TimeSpan.Zero);

        Assert.True(faults.IsEmpty);
    }

    [Theory]
    [InlineData("sensors", true)]
    [InlineData("sensors.{payload.v}", false)]
    public void A_permission_that_every_message_needs_needs_a_change(string subject, bool needsChange)
    {
        var faults = Faults(subject);
        Note(faults, 0, ("a", "Permissions Violation for Publish to \"sensors\""));

        Assert.Equal(needsChange, faults.Current!.NeedsChange);
    }

    [Fact]
    public void A_stream_that_takes_nothing_explains_what_was_refused()
    {
        var faults = Faults("sensors");
        Note(faults, 0, ("a", Full));
        faults.SetUnusable(("the subject sensors is in no stream", "create one"));
        Assert.Equal(("the subject sensors is in no stream", "create one", true), (
            faults.Current!.Reason, faults.Current.Remedy, faults.Current.NeedsChange));

        faults.SetUnusable(null);

        Assert.Null(faults.Current);
    }

    private static PublishFaults Faults(string subject)
    {
        var port = new OutputPortSettings { Name = PortsSettings.DataName, Subject = subject,
            Type = PortType.Jetstream, Stream = new StreamSettings { Name = "SENSORS" } };
        return new PublishFaults(port, SubjectTemplate.Parse(subject, "edge-in"));
    }

    private void Note(PublishFaults faults, double seconds, params (string Kind, string? Error)[] messages)
    {
        var group = Group([.. messages.Select(static message => message.Kind)]);
        var batch = group.Ranges[0].Batch;
        Refusal[] refusals = [.. messages.Select((message, index) => (message.Error, index)).Where(static one => one.Error is not null)
            .Select(one => new Refusal(batch, one.index, NackReason.PublishFailed, one.Error!))];
        faults.Note(group, refusals, TimeSpan.FromSeconds(seconds));
    }

    private PublishGroup Group(params string[] kinds) => new(++_number, 1, _number, [Batches.All(Batches.Of(kinds))]);
}
