using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;
using Federation.Actors.Diagnostics;

namespace Federation.Actors.Host.Commands;

/// <summary>Which build of the program this is, and what it runs on: <c>federation --version</c>.</summary>
internal static class ProgramVersion
{
    /// <summary>All of it, a fact a line.</summary>
    public static string Text =>
        $"""
        federation {BuildInfo.Version}
        commit     {(BuildInfo.Commit.Length > 0 ? BuildInfo.Commit : "unknown")}
        runtime    {BuildInfo.Runtime}, {RuntimeInformation.RuntimeIdentifier}
        Akka       {VersionOf("Akka")}
        NATS.Net   {VersionOf("NATS.Client.Core")}
        """;

    /// <summary>Prints <see cref="Text"/>.</summary>
    internal sealed class Action : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Text);
            return ExitCodes.Success;
        }
    }

    private static string VersionOf(string assembly) =>
        (Assembly.Load(assembly).GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+')[0];
}
