using System.Text;

namespace Federation.Actors.TestKit;

/// <summary>A test that reads as it is told:
/// <c>Scenario.Given(edge).When(sensor.Sends("a")).Then(bus.Received("data")).And(sensor.GetsAck("a"))</c>.</summary>
/// <remarks>Each step is taken as soon as it is written down, and waits no longer than <see cref="FederationTestKit.Patience"/>. When one
/// fails, the test does, with the steps so far and what was seen instead. For the test's thread.</remarks>
public sealed class Scenario
{
    private readonly TestComponent _component;
    private readonly StringBuilder _told = new();

    private Scenario(TestComponent component)
    {
        _component = component;
        _told.Append("Given ").Append(component.Name);
    }

    /// <summary>Begins a scenario.</summary>
    /// <param name="component">Whose it is.</param>
    public static Scenario Given(TestComponent component)
    {
        ArgumentNullException.ThrowIfNull(component);
        return new Scenario(component);
    }

    /// <summary>Something happens.</summary>
    /// <param name="step">What.</param>
    /// <returns>This scenario.</returns>
    public Scenario When(ScenarioStep step) => Take("When", step);

    /// <summary>Something follows from it.</summary>
    /// <param name="step">What.</param>
    /// <returns>This scenario.</returns>
    public Scenario Then(ScenarioStep step) => Take("Then", step);

    /// <summary>Something more of the same kind.</summary>
    /// <param name="step">What.</param>
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
