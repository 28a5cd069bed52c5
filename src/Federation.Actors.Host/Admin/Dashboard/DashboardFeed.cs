using System.Text;
using System.Text.Json;
using Akka.Actor;
using Federation.Actors.Diagnostics;
using Federation.Actors.Host.Commands;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>Queries the node once a second, keeps a history, and feeds open streams.</summary>
/// <remarks>One query a second for any number of streams; JSON is written only for open ones.</remarks>
internal sealed class DashboardFeed : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions OneLine = new(HealthJson.Options) { WriteIndented = false };

    private readonly NodeCaller _node;
    private readonly AdminAccess _access;
    private readonly IReadOnlyList<NodeState.TryTarget> _targets;
    private readonly CancellationTokenSource _end = new();
    private Task _looking = Task.CompletedTask;

    public DashboardFeed(NodeCaller node, AdminAccess access, FederationSettings settings)
    {
        _targets = access.CanTry ? TryApi.Targets(settings) : [];
        _node = node;
        _access = access;
        Events = new EventLog(Clock.System.UnixMilliseconds);
    }

    public EventLog Events { get; }

    public History History { get; } = new();

    public StreamHub Streams { get; } = new();

    public void Listen(ActorSystem system) =>
        system.EventStream.Subscribe(
            system.ActorOf(Props.Create(() => new EventCollector(Keep)), "federation-events"), typeof(FederationEvent));

    public void Start() => _looking = LookAsync(_end.Token);

    /// <summary>Null when the node does not answer.</summary>
    public async Task<NodeState?> StateAsync() => await _node.AskAsync<NodeState>(HealthProtocol.GetState.Instance) is { } state
        ? state with { Version = BuildInfo.Version, Control = _access.HasControl, Try = _targets }
        : null;

    public static byte[] Frame(EventView view) =>
        Encoding.UTF8.GetBytes($"id: {view.Id}\nevent: event\ndata: {JsonSerializer.Serialize(view, OneLine)}\n\n");

    public static byte[] Frame(NodeState view) =>
        Encoding.UTF8.GetBytes($"event: state\ndata: {JsonSerializer.Serialize(view, OneLine)}\n\n");

    /// <summary>Ends the streams, which would keep the web server from ending.</summary>
    public async ValueTask DisposeAsync()
    {
        Streams.End();
        await _end.CancelAsync();
        await _looking;
    }

    private void Keep(FederationEvent said)
    {
        var view = Events.Add(said);
        if (!Streams.IsEmpty)
        {
            Streams.Publish(Frame(view));
        }
    }

    private async Task LookAsync(CancellationToken end)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                if (await StateAsync() is not { } state)
                {
                    continue;
                }

                History.Add(state);
                if (!Streams.IsEmpty)
                {
                    Streams.Publish(Frame(state));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }
}
