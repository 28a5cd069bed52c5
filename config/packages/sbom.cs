// Prints a bill of materials (SPDX 2.3, JSON) of a published program: dotnet run sbom.cs -- DEPS_JSON ARCHIVE VERSION
// The packages are those of the program's deps.json, so exactly what it ships. Their licences come from NuGet's package cache.
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

var (deps, archive, version) = (JsonNode.Parse(File.ReadAllText(args[0]))!, args[1], args[2]);
var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
    ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
var created = DateTimeOffset.FromUnixTimeSeconds(long.Parse(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH") ?? "0"));
var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(archive)));

var packages = new JsonArray(new JsonObject
{
    ["SPDXID"] = "SPDXRef-federation",
    ["name"] = "federation",
    ["versionInfo"] = version,
    ["packageFileName"] = Path.GetFileName(archive),
    ["primaryPackagePurpose"] = "APPLICATION",
    ["downloadLocation"] = "NOASSERTION",
    ["filesAnalyzed"] = false,
    ["licenseConcluded"] = "MIT",
    ["licenseDeclared"] = "MIT",
    ["copyrightText"] = "NOASSERTION",
    ["checksums"] = new JsonArray(new JsonObject { ["algorithm"] = "SHA256", ["checksumValue"] = hash }),
});
var relationships = new JsonArray(Relationship("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-federation"));
foreach (var (key, library) in deps["libraries"]!.AsObject().OrderBy(one => one.Key, StringComparer.Ordinal))
{
    if ((string?)library!["type"] is not ("package" or "runtimepack"))
    {
        continue;
    }

    // A runtime is called runtimepack.NAME.
    var (name, number) = (Regex.Replace(key.Split('/')[0], "^runtimepack\\.", ""), key.Split('/')[1]);
    var id = "SPDXRef-" + Regex.Replace($"{name}-{number}", "[^A-Za-z0-9.-]", "-");
    var package = new JsonObject
    {
        ["SPDXID"] = id,
        ["name"] = name,
        ["versionInfo"] = number,
        ["downloadLocation"] = "NOASSERTION",
        ["filesAnalyzed"] = false,
        ["licenseConcluded"] = "NOASSERTION",
        ["licenseDeclared"] = License(name, number),
        ["copyrightText"] = "NOASSERTION",
        ["externalRefs"] = new JsonArray(new JsonObject
        {
            ["referenceCategory"] = "PACKAGE-MANAGER",
            ["referenceType"] = "purl",
            ["referenceLocator"] = $"pkg:nuget/{name}@{number}",
        }),
    };
    if ((string?)library["sha512"] is ['s', 'h', 'a', '5', '1', '2', '-', .. var sum])
    {
        package["checksums"] = new JsonArray(new JsonObject
        {
            ["algorithm"] = "SHA512",
            ["checksumValue"] = Convert.ToHexStringLower(Convert.FromBase64String(sum)),
        });
    }

    packages.Add((JsonNode)package);
    relationships.Add((JsonNode)Relationship("SPDXRef-federation", "CONTAINS", id));
}

Console.WriteLine(new JsonObject
{
    ["spdxVersion"] = "SPDX-2.3",
    ["dataLicense"] = "CC0-1.0",
    ["SPDXID"] = "SPDXRef-DOCUMENT",
    ["name"] = Path.GetFileName(archive),
    ["documentNamespace"] = $"https://spdx.org/spdxdocs/{Path.GetFileName(archive)}-{hash}",
    ["creationInfo"] = new JsonObject
    {
        ["created"] = created.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ["creators"] = new JsonArray("Organization: Federation.Actors contributors", "Tool: sbom.cs"),
    },
    ["packages"] = packages,
    ["relationships"] = relationships,
}.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

static JsonObject Relationship(string from, string type, string to) =>
    new() { ["spdxElementId"] = from, ["relationshipType"] = type, ["relatedSpdxElement"] = to };

string License(string name, string number)
{
    var nuspec = Path.Combine(cache, name.ToLowerInvariant(), number, name.ToLowerInvariant() + ".nuspec");
    var license = File.Exists(nuspec) ? XDocument.Load(nuspec).Descendants().FirstOrDefault(one => one.Name.LocalName is "license") : null;
    return (string?)license?.Attribute("type") is "expression" ? license!.Value : "NOASSERTION";
}
