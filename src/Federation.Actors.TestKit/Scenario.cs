using System.Text;

namespace Federation.Actors.TestKit;

/// <summary>A test in readable sentences:
/// <c>Scenario.Given(edge).When(sensor.Sends("a")).Then(bus.Received("data")).And(sensor.GetsAck("a"))</c>.</summary>
/// <remarks>Each step runs immediately, and waits for up to <see cref="FederationTestKit.Patience"/>. If a step fails, the test fails and
/// shows the steps so far and the actual result. Use it only from the thread of the test.</remarks>
public sealed class Scenario
{
    private readonly TestComponent _component;
    private readonly StringBuilder _told = new();

    private Scenario(TestComponent component)
    {
        _component = component;
        _told.Append("Given ").Append(component.Name);
    }

    /// <summary>Starts a scenario.</summary>
    /// <param name="component">The component under test.</param>
    public static Scenario Given(TestComponent component)
    {
        ArgumentNullException.ThrowIfNull(component);
        return new Scenario(component);
    }

    /// <summary>An action.</summary>
    /// <param name="step">The step.</param>
    /// <returns>This scenario.</returns>
    public Scenario When(ScenarioStep step) => Take("When", step);

    /// <summary>An expectation.</summary>
    /// <param name="step">The step.</param>
    /// <returns>This scenario.</returns>
    public Scenario Then(ScenarioStep step) => Take("Then", step);

    /// <summary>Another action or expectation.</summary>
    /// <param name="step">The step.</param>
    /// <returns>This scenario.</returns>
    public Scenario And(ScenarioStep step) => Take(" And", step);

    private Scenario Take(string word, ScenarioStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _told.Append("\n  ").Append(word).Append(' ').Append(step.Text);
        try
        {
            step.Run();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _component.Fail($"{_told}   <-- failed\n{e.Message}");
            throw;
        }

        return this;
    }
}
