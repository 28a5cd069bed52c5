using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Packages;

/// <summary>The NuGet packages, as they are in artifacts/packages.</summary>
public sealed class NuGetPackageTests
{
    private const string Any = "Federation.Hocon.*.nupkg";
    private static readonly string[] Names = ["Federation.Hocon", "Federation.Actors", "Federation.Actors.TestKit"];

    [PackageFact(Any, NeedsGit = true)]
    public void Each_has_a_README_tags_a_licence_and_its_commit()
    {
        Assert.All(Names, static name =>
        {
            using var package = Open(name, "nupkg");
            var metadata = Metadata(package);

            Assert.Equal((name, BuiltPackages.Version), (Value(metadata, "id"), Value(metadata, "version")));
            Assert.Equal("MIT", Value(metadata, "license"));
            Assert.True(Value(metadata, "tags").Split(' ').Length >= 3);
            Assert.True(Value(metadata, "description").Length > 40);
            Assert.True(package.GetEntry(Value(metadata, "readme"))!.Length > 500);
            Assert.NotNull(package.GetEntry($"lib/net10.0/{name}.xml"));
            Assert.Matches("^[0-9a-f]{40}$", Child(metadata, "repository").Attribute("commit")!.Value);
        });
    }

    /// <summary>So neither a pinned transitive package nor a console, a dashboard or an exporter.</summary>
    [PackageFact(Any)]
    public void Each_depends_on_what_its_project_names_and_on_nothing_else()
    {
        Assert.All(Names, static name =>
        {
            using var package = Open(name, "nupkg");
            var project = XDocument.Load(Repository.File($"src/{name}/{name}.csproj"));

            Assert.Equal(
                project.Descendants("PackageReference").Where(static one => one.Attribute("PrivateAssets") is null)
                    .Select(static one => one.Attribute("Include")!.Value)
                    .Concat(project.Descendants("ProjectReference")
                        .Select(static one => Path.GetFileNameWithoutExtension(one.Attribute("Include")!.Value)))
                    .Order(StringComparer.Ordinal),
                Metadata(package).Descendants().Where(static one => one.Name.LocalName is "dependency")
                    .Select(static one => one.Attribute("id")!.Value).Order(StringComparer.Ordinal));
        });
    }

    [PackageFact(Any)]
    public void Each_is_deterministic_and_has_its_sources_at_paths_that_do_not_depend_on_the_machine()
    {
        Assert.All(Names, static name =>
        {
            using var package = Open(name, "nupkg");
            using var library = new PEReader(Copy(package, $"lib/net10.0/{name}.dll"));
            using var symbols = Open(name, "snupkg");
            using var debug = MetadataReaderProvider.FromPortablePdbStream(Copy(symbols, $"lib/net10.0/{name}.pdb"));
            var reader = debug.GetMetadataReader();

            Assert.Contains(library.ReadDebugDirectory(), static entry => entry.Type is DebugDirectoryEntryType.Reproducible);
            Assert.NotEmpty(reader.Documents);
            Assert.All(reader.Documents, document => Assert.StartsWith(
                "/_/", reader.GetString(reader.GetDocument(document).Name), StringComparison.Ordinal));
        });
    }

    [PackageFact(Any, NeedsGit = true)]
    public async Task A_debugger_finds_the_sources_of_this_commit_where_the_project_is_hosted()
    {
        var folder = Directory.CreateTempSubdirectory("federation-");
        var clone = Path.Combine(folder.FullName, "clone");
        await BuiltPackages.RunAsync("git", "-c", "safe.directory=*", "clone", "-q", "--depth", "1", "file://" + Repository.Root, clone);
        await BuiltPackages.RunAsync("git", "-C", clone, "remote", "set-url", "origin", "https://github.com/example/federation.git");

        await BuiltPackages.RunAsync("dotnet", "build", Path.Combine(clone, "src/Federation.Hocon"), "-c", "Release", "--nologo");

        var links = Directory.GetFiles(Path.Combine(clone, "src/Federation.Hocon/obj"), "*.sourcelink.json", SearchOption.AllDirectories);
        var commit = (await BuiltPackages.RunAsync("git", "-C", clone, "rev-parse", "HEAD")).Trim();
        Assert.Contains(
            $"https://raw.githubusercontent.com/example/federation/{commit}/*",
            await File.ReadAllTextAsync(Assert.Single(links)), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static ZipArchive Open(string name, string extension) => ZipFile.OpenRead(BuiltPackages.Get($"{name}.*.{extension}"));

    private static XElement Metadata(ZipArchive package)
    {
        using var nuspec = package.Entries.Single(static entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return Child(XDocument.Load(nuspec).Root!, "metadata");
    }

    private static XElement Child(XElement parent, string name) =>
        parent.Elements().Single(child => child.Name.LocalName.Equals(name, StringComparison.Ordinal));

    private static string Value(XElement parent, string name) => Child(parent, name).Value;

    private static MemoryStream Copy(ZipArchive package, string path)
    {
        using var content = package.GetEntry(path)!.Open();
        var copy = new MemoryStream();
        content.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
