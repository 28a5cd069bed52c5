using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Federation.Actors.Host.Commands;

/// <summary>Which build of the program this is, and what it runs on: <c>federation --version</c>.</summary>
internal static class ProgramVersion
{
    private static readonly string[] Parts = InformationalVersion(typeof(ProgramVersion).Assembly).Split('+', 2);

    /// <summary>The version, such as 0.2.0.</summary>
    public static string Version => Parts[0];

    /// <summary>The commit it was built from; empty for sources without git.</summary>
    public static string Commit => Parts.ElementAtOrDefault(1) ?? "";

    /// <summary>All of it, a fact a line.</summary>
    public static string Text =>
        $"""
        federation {Version}
        commit     {(Commit.Length > 0 ? Commit : "unknown")}
        runtime    {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}
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

    private static string VersionOf(string assembly) => InformationalVersion(Assembly.Load(assembly)).Split('+')[0];

    private static string InformationalVersion(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
