using System.Reflection;
using System.Runtime.InteropServices;

namespace Federation.Actors.Diagnostics;

/// <summary>What this build is. Constant while the process runs.</summary>
internal static class BuildInfo
{
    // The SDK writes both into the assembly: 0.1.0+0123abcd.
    private static readonly string[] Parts = (typeof(BuildInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+', 2);

    /// <summary>Such as 0.2.0.</summary>
    public static string Version => Parts[0];

    /// <summary>The commit that was built; empty when it was not built from a repository.</summary>
    public static string Commit => Parts.ElementAtOrDefault(1) ?? "";

    /// <summary>Such as <c>.NET 10.0.1</c>.</summary>
    public static string Runtime => RuntimeInformation.FrameworkDescription;
}
