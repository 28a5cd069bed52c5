namespace Federation.Actors.Tests.Diagnostics;

/// <summary>Whether anybody listens is a matter of the whole process, so these tests run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TracingAlone
{
    public const string Name = "tracing";
}
