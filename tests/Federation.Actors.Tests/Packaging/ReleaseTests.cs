using System.Xml.Linq;

namespace Federation.Actors.Tests.Packaging;

/// <summary>What a release needs beside its code.</summary>
public sealed class ReleaseTests
{
    [Fact]
    public void The_change_log_begins_with_the_version_that_comes_next()
    {
        var next = XDocument.Load(DeploymentFiles.Path("src/Directory.Build.props")).Descendants("MinVerMinimumMajorMinor").Single().Value;
        var newest = DeploymentFiles.Text("src/Federation.Actors.Host/CHANGELOG.md").Split('\n')
            .First(static line => line.StartsWith("## ", StringComparison.Ordinal));

        Assert.StartsWith($"## {next}.", newest, StringComparison.Ordinal);
    }

    [Fact]
    public void The_workflow_runs_every_test_with_the_whole_history_and_packages_a_tag()
    {
        var workflow = DeploymentFiles.Yaml(".github/workflows/ci.yml");
        var jobs = workflow.Child("jobs");
        var steps = jobs.Child("test").Child("steps").Children();

        Assert.Superset(
            new HashSet<string>(["push", "pull_request"], StringComparer.Ordinal),
            workflow.Child("on").Keys().ToHashSet(StringComparer.Ordinal));
        Assert.Contains(steps, static step => step.Keys().Contains("run") && step.Scalar("run") is ".ci/run");
        Assert.Contains(steps, static step => step.Keys().Contains("with") && step.Child("with").Scalar("fetch-depth") is "0");
        Assert.Contains(
            jobs.Child("packages").Child("steps").Children(),
            static step => step.Keys().Contains("run") && step.Scalar("run") is "./run.sh package");
        Assert.Contains("refs/tags/v", jobs.Child("packages").Scalar("if"), StringComparison.Ordinal);
    }
}
