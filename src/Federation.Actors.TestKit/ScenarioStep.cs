namespace Federation.Actors.TestKit;

/// <summary>One step of a <see cref="Scenario"/>: a text and an action. The action runs when the scenario reaches the step.</summary>
/// <remarks><see cref="Steps"/> contains the steps of the kit; a test can create others.</remarks>
public sealed class ScenarioStep
{
    /// <param name="text">The text after <c>When</c> or <c>Then</c>, such as <c>the bus goes away</c>.</param>
    /// <param name="run">The action; throws if the step fails.</param>
    public ScenarioStep(string text, Action run)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(run);
        Text = text;
        Run = run;
    }

    /// <summary>The text of the step.</summary>
    public string Text { get; }

    internal Action Run { get; }
}
