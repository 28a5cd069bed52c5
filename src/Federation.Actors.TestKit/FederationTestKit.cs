using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Nats;
using Federation.Actors.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.TestKit;

/// <summary>A whole node in memory: its own actors and settings, but peers and buses that do as a test says, and a clock that moves when
/// it is told to.</summary>
/// <remarks><para>Nothing is dialled, no port is opened, no NATS is needed. Where a network would take its time, everything here is done
/// at once, so that a test waits for the node's actors to come to rest (<see cref="Settle"/>) and never sleeps.</para>
/// <para>Not in memory because not there: TLS, credentials, origins, <c>max_connections</c>, and the pings of <c>connection</c>.</para>
/// <para>For one thread: that of the test.</para></remarks>
public sealed class FederationTestKit : IDisposable
{
    private const string VirtualScheduler = """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.loglevel = WARNING
        """;

    private readonly ITestKitAssertions _assertions;
    private readonly bool _ownsSystem;
    private readonly IActorRef _root;
    private readonly Rest _rest;
    private readonly VirtualTime _time;
    private readonly Journal<object> _answers = new();
    private readonly IActorRef _asker;
    private readonly Dictionary<string, TestComponent> _components;

    /// <summary>Starts a node.</summary>
    /// <param name="assertions">How a test fails: those of the test framework, such as <c>new XunitAssertions()</c> of
    /// Akka.TestKit.Xunit2.</param>
    /// <param name="configuration">HOCON with a block <c>federation</c>, as a node's file has it. Variables of the environment are not
    /// looked up.</param>
    /// <param name="system">Where the node is to live; its scheduler is the TestScheduler. Null: a system of its own, ended by <see
    /// cref="Dispose"/>.</param>
    /// <exception cref="SettingsException">The configuration is faulty.</exception>
    /// <exception cref="ArgumentException">The system's clock is a real one.</exception>
    public FederationTestKit(ITestKitAssertions assertions, string configuration, ActorSystem? system = null)
        : this(assertions, FederationConfiguration.Parse(configuration, "test.conf", environment: static _ => null).EnsureValid(), system)
    {
    }

    /// <summary>Starts a node.</summary>
    /// <param name="assertions">How a test fails: those of the test framework, such as <c>new XunitAssertions()</c> of
    /// Akka.TestKit.Xunit2.</param>
    /// <param name="settings">The node's settings.</param>
    /// <param name="system">Where the node is to live; its scheduler is the TestScheduler. Null: a system of its own, ended by <see
    /// cref="Dispose"/>.</param>
    /// <exception cref="SettingsException">The settings are faulty.</exception>
    /// <exception cref="ArgumentException">The system's clock is a real one.</exception>
    public FederationTestKit(ITestKitAssertions assertions, FederationSettings settings, ActorSystem? system = null)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        ArgumentNullException.ThrowIfNull(settings);
        if (FederationConfiguration.Validate(settings) is { Count: > 0 } faults)
        {
            throw new SettingsException(faults);
        }

        if (system is not null and not { Scheduler: TestScheduler })
        {
            throw new ArgumentException(
                $"the system's scheduler is a {system.Scheduler.GetType().Name}; expected Akka.TestKit's: akka.scheduler.implementation = "
                + "\"Akka.TestKit.TestScheduler, Akka.TestKit\"",
                nameof(system));
        }

        _assertions = assertions;
        _ownsSystem = system is null;
        System = system ?? ActorSystem.Create("federation-test", ConfigurationFactory.ParseString(VirtualScheduler));
        _components = settings.Components.ToDictionary(
            component => component.Name, component => new TestComponent(this, settings, component), StringComparer.Ordinal);
        Services = new NodeServices(
            settings.NodeId,
            new FederationMetrics(settings.Metrics.Prefix),
            new MemoryListeners(),
            NullLoggerFactory.Instance,
            component => component.Ports.Data is { Type: PortType.Local }
                ? new NatsBuses(settings, NullLoggerFactory.Instance).Output(component, Node.Ports, Services!.Metrics)
                : new MemoryBus(_components[component.Name].Bus),
            component => component.Ports.Control is null ? null : new MemoryControlBus(_components[component.Name].Bus),
            component => new MemoryEgressBus(_components[component.Name].Bus))
        {
            MaxHops = settings.MaxHops,
            Dial = (component, url, cancel) => _components[component.Name].Dial(url, cancel),
        };
        _time = VirtualTime.Of(System);
        _asker = System.ActorOf(Listener.Props(_answers));
        _root = Node.Start(settings, () => System.ActorOf(FederationSupervisor.Props(settings, Services), FederationOptions.DefaultName));
        _rest = new Rest(System, _root, Readers);
        Ask<ComponentProtocol.NodeReady>(ComponentProtocol.WhenReady.Instance, "the node to be ready");
        Settle();
    }

    /// <summary>Where the node lives.</summary>
    public ActorSystem System { get; }

    /// <summary>The node, as its embedder sees it.</summary>
    public IFederation Federation => Node;

    /// <summary>How long a test waits, in real time, for what it expects; 10 seconds by default. What is there already is not waited
    /// for.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    internal FederationNode Node { get; } = new(FederationOptions.DefaultName);

    internal NodeServices Services { get; }

    internal Readers Readers { get; } = new();

    internal IActorRef Root => _root;

    /// <summary>A component of the node.</summary>
    /// <param name="name">As it is configured.</param>
    /// <exception cref="ArgumentException">There is no such component.</exception>
    public TestComponent Component(string name) => _components.TryGetValue(name, out var component)
        ? component
        : throw new ArgumentException(
            $"the node has no component {name}; expected one of {string.Join(", ", _components.Keys)}", nameof(name));

    /// <summary>Moves the clock, in one step: timers whose time has come fire, and the node comes to rest again.</summary>
    /// <param name="by">How far. A timer that is set meanwhile counts from the end of the step.</param>
    public void Advance(TimeSpan by)
    {
        Settle();
        ((TestScheduler)System.Scheduler).Advance(by);
        Settle();
    }

    /// <summary>Sets the wall clock forward or back, as NTP or an operator may. Timers, timeouts and rates do not notice; only the stamps
    /// of envelopes, events and logs change.</summary>
    /// <param name="by">How far; negative: back.</param>
    public void StepWallClock(TimeSpan by)
    {
        Settle();
        _time.StepWallClock(by);
    }

    /// <summary>Returns when the node's actors have dealt with everything that has happened so far. Fails when they have not after <see
    /// cref="Patience"/>.</summary>
    public void Settle()
    {
        if (!_rest.TryCome(Patience))
        {
            Fail($"the node is not idle after {Patience.TotalSeconds:0.###} s: one of its actors is blocked, or they never stop");
        }
    }

    /// <summary>How the node is, as <c>/health</c> would say.</summary>
    public FederationHealth Health()
    {
        Settle();
        return Ask<FederationHealth>(HealthProtocol.GetReport.Instance, "a health report");
    }

    /// <summary>Begins an orderly end: nobody new is taken, what is held is published, answers are sent, connections are closed with
    /// 1001.</summary>
    /// <param name="timeout">How long it may take, on the node's clock.</param>
    public void Drain(TimeSpan timeout)
    {
        Settle();
        _root.Tell(new ComponentProtocol.Drain(timeout), _asker);
        Settle();
    }

    /// <summary>Expects that the end which <see cref="Drain"/> has begun is over.</summary>
    /// <returns>How many messages were received and could not be published in time.</returns>
    public int ExpectDrained() => Answer<ComponentProtocol.Drained>("the drain to end").Unanswered;

    /// <summary>Expects that the end which <see cref="Drain"/> has begun goes on.</summary>
    public void ExpectDraining()
    {
        Settle();
        if (_answers.Waiting.Count > 0)
        {
            Fail($"expected the drain to continue, but it has ended: {_answers.Waiting[0]}");
        }
    }

    /// <summary>Ends the node at once, and its actor system if that was made for it; another node may take its place there.</summary>
    /// <remarks>Fails when the node has not ended after <see cref="Patience"/>.</remarks>
    public void Dispose()
    {
        IAsyncResult ended = _ownsSystem ? System.Terminate() : _root.GracefulStop(Patience);
        if (!ended.AsyncWaitHandle.WaitOne(Patience) || (!_ownsSystem && !_rest.IsNameFree(System, _root.Path, Patience)))
        {
            Fail($"the node has not ended within {Patience.TotalSeconds:0.###} s: one of its actors is blocked");
        }

        if (!_ownsSystem)
        {
            System.Stop(_asker);
            _rest.Stop(System);
        }
    }

    internal void Fail(string message) => _assertions.Fail("{0}", message);

    internal TEntry Expect<TEntry, TJournal>(Journal<TJournal> journal, string expected, Func<TJournal, TEntry?> match)
        where TEntry : class
        where TJournal : notnull
    {
        if (!journal.TryTake(Patience, out var found))
        {
            Fail($"expected {expected}, but nothing was received within {Patience.TotalSeconds:0.###} s; {journal.Before(0)}");
        }
        else if (match(found) is { } matching)
        {
            return matching;
        }
        else
        {
            Fail($"expected {expected}, but found {found}; {journal.Before(1)}");
        }

        throw new InvalidOperationException("the assertions did not throw on a failure");
    }

    internal void ExpectNothing<T>(Journal<T> journal, string where)
        where T : notnull
    {
        Settle();
        if (journal.Waiting is { Count: > 0 } waiting)
        {
            Fail($"expected nothing {where}, but found {string.Join("; ", waiting)}");
        }
    }

    internal IActorRef Find(string component) => _rest.Find(System, _root.Path / component, Patience)
        ?? throw new InvalidOperationException($"the component {component} has stopped");

    private T Ask<T>(object question, string expected)
        where T : class
    {
        _root.Tell(question, _asker);
        return Answer<T>(expected);
    }

    private T Answer<T>(string expected)
        where T : class => Expect(_answers, expected, static answer => answer as T);
}
