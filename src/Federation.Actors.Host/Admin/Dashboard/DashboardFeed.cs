using System.Reflection;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>Looks at the node once a second, keeps what it sees for a while, and shows it to who looks on.</summary>
/// <remarks>One question to the node a second, whoever looks; nothing is written as JSON while nobody does.</remarks>
internal sealed class DashboardFeed : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions OneLine = new(HealthJson.Options) { WriteIndented = false };

    private static readonly string ProgramVersion =
        typeof(DashboardFeed).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split(
            '+')[0] ?? "";

    private readonly NodeCaller _node;
    private readonly AdminAccess _access;
    private readonly CancellationTokenSource _end = new();
    private Task _looking = Task.CompletedTask;

    public DashboardFeed(NodeCaller node, AdminAccess access)
    {
        _node = node;
        _access = access;
        Events = new EventLog(Clock.System.UnixMilliseconds);
    }

    /// <summary>The last events.</summary>
    public EventLog Events { get; }

    /// <summary>The last quarter of an hour.</summary>
    public History History { get; } = new();

    /// <summary>Who looks on.</summary>
    public StreamHub Streams { get; } = new();

    /// <summary>Hears of the events of this actor system from now on.</summary>
    public void Listen(ActorSystem system) =>
        system.EventStream.Subscribe(
            system.ActorOf(Props.Create(() => new EventCollector(Keep)), "federation-events"), typeof(FederationEvent));

    /// <summary>Begins to look.</summary>
    public void Start() => _looking = LookAsync(_end.Token);

    /// <summary>The node as it is now; null when it does not answer.</summary>
    public async Task<NodeState?> StateAsync() => await _node.AskAsync<NodeState>(HealthProtocol.GetState.Instance) is { } state
        ? state with { Version = ProgramVersion, Control = _access.HasControl }
        : null;

    /// <summary>An event, for a stream; its id is where a browser goes on.</summary>
    public static byte[] Frame(EventView view) =>
        Encoding.UTF8.GetBytes($"id: {view.Id}\nevent: event\ndata: {JsonSerializer.Serialize(view, OneLine)}\n\n");

    /// <summary>A state, for a stream.</summary>
    public static byte[] Frame(NodeState view) =>
        Encoding.UTF8.GetBytes($"event: state\ndata: {JsonSerializer.Serialize(view, OneLine)}\n\n");

    /// <summary>Ends the streams, which would keep the web server from ending, and looks no more.</summary>
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
