using Federation.Actors.Diagnostics;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>The main numbers of one component at one moment. 40 bytes.</summary>
/// <param name="At">Unix milliseconds.</param>
/// <param name="Received">Messages a second from peers.</param>
/// <param name="Published">Messages a second that the bus has taken.</param>
/// <param name="Taken">Messages a second taken from the bus.</param>
/// <param name="Delivered">Messages a second delivered to peers.</param>
/// <param name="Utilization">Of the queue, 0 to 1.</param>
/// <param name="InFlight">Messages not answered yet, both ways.</param>
/// <param name="Waiting">Messages in the queue and held for peers.</param>
internal readonly record struct Sample(
    long At, float Received, float Published, float Taken, float Delivered, float Utilization, float InFlight, float Waiting)
{
    public static Sample Of(ComponentState component, long at) => new(
        at,
        (float)(component.Receiving?.RateIn ?? 0),
        (float)(component.Receiving?.RateOut ?? 0),
        (float)(component.Sending?.RateIn ?? 0),
        (float)(component.Sending?.RateOut ?? 0),
        (float)(component.Receiving?.Queue.Utilization ?? 0),
        (component.Receiving?.InFlight ?? 0) + (component.Sending?.InFlight ?? 0),
        (component.Receiving?.Queue.Depth ?? 0) + (component.Sending?.Held ?? 0));
}
