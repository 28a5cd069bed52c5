using System.Diagnostics;
using Federation.Actors.Connections;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;
using Federation.Actors.Tests.Protocol;

namespace Federation.Actors.Tests.Diagnostics;

[Collection(TracingAlone.Name)]
public sealed class TracingTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Sender = "00f067aa0ba902b7";
    private const string Traced = $$"""{"type":"data","id":"1","traceparent":"00-{{TraceId}}-{{Sender}}-01","payload":1}""";
    private const string Untraced = $$"""{"type":"data","id":"2","traceparent":"00-{{TraceId}}-{{Sender}}-00","payload":1}""";
    private const string Plain = """{"type":"data","id":"3","payload":1}""";

    [Fact]
    public void Receive_queue_and_publish_are_one_trace_below_the_envelopes_own()
    {
        using var spans = new SpanList(static _ => true);
        var batch = Batches.Of(Plain, Traced);

        batch.Traces = ReceiveSpans.Of(batch, "edge-in");
        var group = Group(batch);
        var header = PublishSpan.Begin(group, batch, 1, "edge-in", "federated.data");
        Assert.DoesNotContain(spans.Of(TraceId), span => string.Equals(span.OperationName, "publish", StringComparison.Ordinal));
        group.EndSpans([]);

        var receive = spans.Single(TraceId, "receive");
        var queue = spans.Single(TraceId, "queue");
        var publish = spans.Single(TraceId, "publish");
        Assert.Equal(Sender, receive.ParentSpanId.ToString());
        Assert.Equal(receive.SpanId, queue.ParentSpanId);
        Assert.Equal(queue.SpanId, publish.ParentSpanId);
        Assert.Equal($"00-{TraceId}-{publish.SpanId}-01", header);
        Assert.True(queue.StartTimeUtc <= receive.StartTimeUtc, "waits since it was received");
        Assert.Equal((ActivityKind.Consumer, ActivityKind.Internal, ActivityKind.Producer), (receive.Kind, queue.Kind, publish.Kind));
        Assert.Equal("federated.data", publish.GetTagItem("messaging.destination.name"));
        Assert.All([receive, queue, publish], span => Assert.Equal("edge-in", span.GetTagItem("federation.component")));
        Assert.Equal(ActivityStatusCode.Unset, publish.Status);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public void A_message_without_a_trace_begins_one_if_the_sampler_wants_it()
    {
        using var spans = new SpanList(static parent => parent != default);
        var batch = Batches.Of(Plain);
        Assert.Null(ReceiveSpans.Of(batch, "edge-in"));

        using var more = new SpanList(static _ => true);
        var begun = ReceiveSpans.Of(batch, "edge-in")![0];
        Assert.Equal(default, more.Single(begun.TraceId.ToString(), "receive").ParentSpanId);
    }

    [Fact]
    public void An_activity_that_happens_to_be_current_is_not_the_parent()
    {
        using var spans = new SpanList(static _ => true);
        using var other = new Activity("other").Start();

        var begun = ReceiveSpans.Of(Batches.Of(Plain), "edge-in")![0];

        Assert.NotEqual(other.TraceId, begun.TraceId);
        Assert.Same(other, Activity.Current);
    }

    [Fact]
    public void A_refused_message_and_a_lost_group_end_as_errors()
    {
        using var spans = new SpanList(static _ => true);
        var batch = Batches.Of(Traced);
        batch.Traces = ReceiveSpans.Of(batch, "edge-in");
        var (refused, lost) = (Group(batch), Group(batch));
        PublishSpan.Begin(refused, batch, 0, "edge-in", "a");
        PublishSpan.Begin(lost, batch, 0, "edge-in", "b");

        refused.EndSpans([new Refusal(batch, 0, NackReason.TooLarge, "x")]);
        lost.EndSpans(null);
        lost.EndSpans([]);

        var publish = spans.Of(TraceId).Where(span => string.Equals(span.OperationName, "publish", StringComparison.Ordinal)).ToList();
        Assert.Equal(["too_large", "not confirmed"], publish.Select(span => span.StatusDescription));
        Assert.All(publish, span => Assert.Equal(ActivityStatusCode.Error, span.Status));
    }

    [Theory]
    [InlineData(false, Traced)]
    [InlineData(false, Plain)]
    [InlineData(true, Untraced)]
    public void What_is_not_recorded_allocates_nothing(bool listens, string envelope)
    {
        using var spans = listens ? new SpanList(static _ => true) : null;
        var batch = Batches.Of([.. Enumerable.Repeat(envelope, 1000)]);
        var group = Group(batch);
        Pass(batch, group);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Pass(batch, group);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Null(batch.Traces);
        Assert.Equal(listens, Tracing.IsOn);
    }

    private static void Pass(EnvelopeBatch batch, PublishGroup group)
    {
        if (Tracing.IsOn)
        {
            batch.Traces = ReceiveSpans.Of(batch, "edge-in");
        }

        for (var i = 0; i < batch.Count; i++)
        {
            PublishSpan.Begin(group, batch, i, "edge-in", "federated.data");
        }

        group.EndSpans([]);
    }

    private static PublishGroup Group(EnvelopeBatch batch) => new(1, 1, 0, [new MessageRange(batch, 0, batch.Count)]);
}
