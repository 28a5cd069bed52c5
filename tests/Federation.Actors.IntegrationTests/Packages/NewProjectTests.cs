using System.Text.RegularExpressions;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Packages;

/// <summary>A new project outside of this checkout that has nothing but the packages.</summary>
public sealed class NewProjectTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("federation-");

    public async Task InitializeAsync()
    {
        // A package cache of its own, since these packages change without a new version; all others come from the user's.
        await WriteAsync("nuget.config", $"""
            <configuration>
              <packageSources><add key="built" value="{Repository.File("artifacts/packages")}" /></packageSources>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><add key="user" value="{UserPackages}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private static string UserPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    [PackageFact("Federation.Actors.*.nupkg")]
    public async Task The_READMEs_program_runs()
    {
        var readme = await File.ReadAllTextAsync(Repository.File("src/Federation.Actors/README.md"));
        await WriteAsync("greenhouse/Greenhouse.csproj", Block(readme, "xml").Replace(
            "Version=\"0.2.0-*\"", $"Version=\"{BuiltPackages.Version}\"", StringComparison.Ordinal));
        await WriteAsync("greenhouse/Program.cs", Block(readme, "csharp"));

        var program = await BuildAsync("greenhouse", "Greenhouse");

        await using var running = FederationProcess.Start(
            program, directory: null, environment: null, "federation.components.edge-in.server.http_port=0");
        await running.SaysAsync("edge-in listens on ws://");
        await using var peer = await TestPeer.ConnectAsync(running.Url);
        await peer.SendAsync(TestPeer.Data("1", """{"celsius":21.5}"""));
        Assert.Equal("1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        running.Signal(ProcessSignal.Terminate);
        Assert.Equal(0, await running.ExitedAsync());
    }

    [PackageFact("Federation.Actors.TestKit.*.nupkg")]
    public async Task The_first_examples_of_the_TestKit_and_of_the_HOCON_reader_run()
    {
        var example = Block(await File.ReadAllTextAsync(Repository.File("src/Federation.Actors.TestKit/README.md")), "csharp");
        var hocon = Block(await File.ReadAllTextAsync(Repository.File("src/Federation.Hocon/README.md")), "csharp");
        var test = Regex.Match(example, "void (?<name>\\w+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)).Groups["name"];
        await WriteAsync("kit/Kit.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Federation.Actors.TestKit" Version="{BuiltPackages.Version}" />
                <PackageReference Include="Akka.TestKit.Xunit2" Version="1.5.74" />
              </ItemGroup>
            </Project>
            """);
        await WriteAsync("kit/Program.cs", $$"""
            using Akka.TestKit.Xunit2;
            using Federation.Actors.TestKit;
            using Federation.Hocon;
            using Xunit;

            {{hocon}}
            new Example().{{test}}();
            Console.WriteLine("acked");

            public sealed class Example
            {
            {{example}}
            }
            """);

        var output = await BuiltPackages.RunAsync(await BuildAsync("kit", "Kit"));

        Assert.Contains("b = \"1\"   # file app.conf:1", output, StringComparison.Ordinal);
        Assert.EndsWith("acked\n", output, StringComparison.Ordinal);
    }

    /// <summary>The first block of code of this language.</summary>
    private static string Block(string page, string language) => page.Split($"```{language}\n")[1].Split("```")[0];

    private async Task<string> BuildAsync(string project, string program)
    {
        await BuiltPackages.RunAsync("dotnet", "build", Path.Combine(_folder.FullName, project), "-c", "Release", "--nologo");
        return Path.Combine(_folder.FullName, project, "bin/Release/net10.0", program);
    }

    private Task WriteAsync(string file, string text)
    {
        var path = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return File.WriteAllTextAsync(path, text);
    }
}
