using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Receiving;

/// <summary>Reports the state of a queue and its answers to metrics and health. Used by the queue actor only.</summary>
internal sealed class QueueReports(string component, QueueState state, ComponentMetrics metrics, IActorRef health)
{
    private bool? _isFull;
    private bool _isSlow;

    public void Answered(in OwedAnswer owed, TimeSpan now)
    {
        var answers = owed.Range.Answerable;
        metrics.InFlight.Dec(answers);
        if (owed.Reason is { } reason)
        {
            metrics.Dropped(reason).Inc(owed.Range.Count);
            metrics.NacksSent(reason).Inc(answers);
        }
        else
        {
            metrics.AcksSent.Inc(answers);
            metrics.AckDuration.Observe(now - owed.Range.Batch.QueuedAt, answers);
        }
    }

    public void Measure(double utilization)
    {
        metrics.QueueDepth.Set(state.Held.Depth);
        metrics.QueueBytes.Set(state.Held.Bytes);
        metrics.QueueUtilization.Set(utilization);
        var isFull = state.Held.IsFull;
        if (isFull != _isFull)
        {
            _isFull = isFull;
            health.Tell(new HealthProtocol.QueueFull(component, isFull));
        }
    }

    /// <summary>Called with each signal, of which there is one per second: the first one after a rise is reported.</summary>
    public void Slow(double utilization)
    {
        if (!_isSlow)
        {
            _isSlow = true;
            health.Tell(new HealthProtocol.QueueSlow(component, Slow: true, utilization));
        }
    }

    /// <summary>Reports the end of a reported rise.</summary>
    public void EndSlow(double utilization)
    {
        if (_isSlow && !state.Slow.IsRaised)
        {
            _isSlow = false;
            health.Tell(new HealthProtocol.QueueSlow(component, Slow: false, utilization));
        }
    }
}
