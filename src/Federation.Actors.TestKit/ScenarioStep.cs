namespace Federation.Actors.TestKit;

/// <summary>One step of a <see cref="Scenario"/>: what it is called, and what is done. Nothing is done before the scenario comes to
/// it.</summary>
/// <remarks>The kit's own are in <see cref="Steps"/>; a test may make others.</remarks>
public sealed class ScenarioStep
{
    /// <param name="text">As it reads behind <c>When</c> or <c>Then</c>, such as <c>the bus goes away</c>.</param>
    /// <param name="run">Does it; throws when it fails.</param>
    public ScenarioStep(string text, Action run)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(run);
        Text = text;
        Run = run;
    }

    /// <summary>What it is called.</summary>
    public string Text { get; }

    internal Action Run { get; }
}
