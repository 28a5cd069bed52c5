using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>Tells health what the bus refuses, each time that changes. Not thread-safe; the publisher's.</summary>
/// <param name="component">The component's name.</param>
/// <param name="port">The output.</param>
/// <param name="health">Who is told.</param>
/// <param name="clock">The node's.</param>
internal sealed class PublishFaultReport(string component, OutputPortSettings port, IActorRef health, Clock clock)
{
    /// <summary>Between two calls of <see cref="Update"/>.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly PublishFaults _faults = new(port, SubjectTemplate.Parse(port.FullSubject, component));
    private PortFault? _reported;

    /// <summary>Notes what became of a group, whose memory is still held. Costs nothing while all is well.</summary>
    public void Note(PublishGroup group, IReadOnlyList<Refusal> refusals)
    {
        // A local consumer refuses single messages; its port works.
        if (port.Type != PortType.Local && (refusals.Count > 0 || !_faults.IsEmpty))
        {
            _faults.Note(group, refusals, clock.Elapsed);
            Update();
        }
    }

    /// <summary>The stream cannot take any message, or can again.</summary>
    /// <param name="problem">What is wrong and what to do; null: nothing.</param>
    public void SetUnusable((string Reason, string Remedy)? problem)
    {
        _faults.SetUnusable(problem);
        Update();
    }

    /// <summary>The publisher ends, and its successor finds out anew.</summary>
    public void End()
    {
        if (_reported is not null)
        {
            health.Tell(new HealthProtocol.PortRecovered(component, port.Name, ""));
        }
    }

    /// <summary>Forgets what is over by now.</summary>
    public void Update()
    {
        _faults.Expire(clock.Elapsed);
        if (_faults.Current is var fault && fault != _reported)
        {
            _reported = fault;
            health.Tell(fault is null ? new HealthProtocol.PortRecovered(component, port.Name, "") : new HealthProtocol.PortFailed(component, fault));
        }
    }
}
