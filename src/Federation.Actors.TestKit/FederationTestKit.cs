using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Federation.Actors.Diagnostics;
using Federation.Actors.Messages;
using Federation.Actors.Nats;
using Federation.Actors.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Federation.Actors.TestKit;

/// <summary>A whole node in memory, with its own actors and settings. The test controls its peers, its buses and its clock.</summary>
/// <remarks><para>The node dials no addresses, opens no ports and needs no NATS. There are no network delays: a test waits until the
/// node's actors are idle (<see cref="Settle"/>) and never sleeps.</para> <para>TLS, credentials, origins, <c>max_connections</c> and the
/// pings of <c>connection</c> are not available in memory.</para> <para>Use it only from the thread of the test.</para></remarks>
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

    /// <summary>Creates and starts a node.</summary>
    /// <param name="assertions">The assertions of the test framework, such as <c>new XunitAssertions()</c> of
    /// Akka.TestKit.Xunit2.</param>
    /// <param name="configuration">HOCON with a block <c>federation</c>, as in a node's file. Environment variables are not
    /// available.</param>
    /// <param name="system">The actor system for the node; its scheduler must be the TestScheduler. Null: a new actor system, which
    /// <see cref="Dispose"/> terminates.</param>
    /// <exception cref="SettingsException">The configuration is invalid.</exception>
    /// <exception cref="ArgumentException">The scheduler of the actor system is not the TestScheduler.</exception>
    public FederationTestKit(ITestKitAssertions assertions, string configuration, ActorSystem? system = null)
        : this(assertions, FederationConfiguration.Parse(configuration, "test.conf", environment: static _ => null).EnsureValid(), system)
    {
    }

    /// <summary>Creates and starts a node.</summary>
    /// <param name="assertions">The assertions of the test framework, such as <c>new XunitAssertions()</c> of
    /// Akka.TestKit.Xunit2.</param>
    /// <param name="settings">The node's settings.</param>
    /// <param name="system">The actor system for the node; its scheduler must be the TestScheduler. Null: a new actor system, which
    /// <see cref="Dispose"/> terminates.</param>
    /// <exception cref="SettingsException">The settings are invalid.</exception>
    /// <exception cref="ArgumentException">The scheduler of the actor system is not the TestScheduler.</exception>
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

    /// <summary>The actor system of the node.</summary>
    public ActorSystem System { get; }

    /// <summary>The node's public interface.</summary>
    public IFederation Federation => Node;

    /// <summary>Maximum time, in real time, that an expectation waits; 10 seconds by default. An expectation that is already met does not
    /// wait.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    internal FederationNode Node { get; } = new(FederationOptions.DefaultName);

    internal NodeServices Services { get; }

    internal Readers Readers { get; } = new();

    internal IActorRef Root => _root;

    /// <summary>Returns a component of the node.</summary>
    /// <param name="name">The name of the component.</param>
    /// <exception cref="ArgumentException">The component does not exist.</exception>
    public TestComponent Component(string name) => _components.TryGetValue(name, out var component)
        ? component
        : throw new ArgumentException(
            $"the node has no component {name}; expected one of {string.Join(", ", _components.Keys)}", nameof(name));

    /// <summary>Advances the clock in one step: due timers fire, and the node becomes idle again.</summary>
    /// <param name="by">The time to advance. A timer that is set during the step starts at the end of the step.</param>
    public void Advance(TimeSpan by)
    {
        Settle();
        ((TestScheduler)System.Scheduler).Advance(by);
        Settle();
    }

    /// <summary>Changes the wall clock, as NTP or an operator can. Timers, timeouts and rates are not affected; only the timestamps of
    /// envelopes, events and logs change.</summary>
    /// <param name="by">The time to change it by; may be negative.</param>
    public void StepWallClock(TimeSpan by)
    {
        Settle();
        _time.StepWallClock(by);
    }

    /// <summary>Waits until the node's actors have processed everything that has happened so far. Fails after
    /// <see cref="Patience"/>.</summary>
    public void Settle()
    {
        if (!_rest.TryCome(Patience))
        {
            Fail($"the node is not idle after {Patience.TotalSeconds:0.###} s: one of its actors is blocked, or they never stop");
        }
    }

    /// <summary>Returns the health of the node, as in <c>/health</c>.</summary>
    public FederationHealth Health()
    {
        Settle();
        return Ask<FederationHealth>(HealthProtocol.GetReport.Instance, "a health report");
    }

    /// <summary>Starts a drain: the node accepts no connections, publishes its queued messages, sends their answers, and closes
    /// connections with 1001.</summary>
    /// <param name="timeout">The maximum duration, on the node's clock.</param>
    public void Drain(TimeSpan timeout)
    {
        Settle();
        _root.Tell(new ComponentProtocol.Drain(timeout), _asker);
        Settle();
    }

    /// <summary>Expects that the drain that <see cref="Drain"/> started has ended.</summary>
    /// <returns>The number of received messages that could not be published in time.</returns>
    public int ExpectDrained() => Answer<ComponentProtocol.Drained>("the drain to end").Unanswered;

    /// <summary>Expects that the drain that <see cref="Drain"/> started has not ended yet.</summary>
    public void ExpectDraining()
    {
        Settle();
        if (_answers.Waiting.Count > 0)
        {
            Fail($"expected the drain to continue, but it has ended: {_answers.Waiting[0]}");
        }
    }

    /// <summary>Stops the node immediately, and terminates its actor system if the kit created it. Another node may be started in the
    /// same system.</summary>
    /// <remarks>Fails if the node has not stopped after <see cref="Patience"/>.</remarks>
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
