using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Packages;

/// <summary>The program as one file, as it is in the archives of artifacts/packages.</summary>
public sealed class ProgramPackageTests
{
    private const string Archive = "federation-*-linux-x64.tar.gz";

    /// <summary>As on a machine on which nothing of .NET is installed.</summary>
    private static readonly Dictionary<string, string> WithoutDotnet = new(StringComparer.Ordinal)
    {
        ["PATH"] = "/bin",
        ["DOTNET_ROOT"] = "/nonexistent",
        ["HOME"] = "/nonexistent",
    };

    [PackageFact(Archive)]
    public async Task It_runs_a_node_without_an_SDK_and_signs_for_nkeys()
    {
        var folder = await BuiltPackages.UnpackAsync(BuiltPackages.Get(Archive));
        var program = Directory.GetFiles(folder.FullName, "federation", SearchOption.AllDirectories).Single();
        await using var nats = await NatsServer.StartAsync(
            new NatsServerOptions { ConfigText = $$"""authorization { users: [ { nkey: {{NKeyAuthenticationTests.PublicKey}} } ] }""" });
        var seed = Path.Combine(folder.FullName, "seed");
        await File.WriteAllTextAsync(seed, NKeyAuthenticationTests.Seed);
        await using var node = await FederationProcess.RunProgramAsync(
            program, FederationProcess.Configuration(nats.Url), WithoutDotnet, "--set", $"federation.nats.nkey_file={seed}");
        await using var peer = await TestPeer.ConnectAsync(node.Url);

        await peer.SendAsync(TestPeer.Data("1", """{"hello":"world"}"""));

        Assert.Equal("1", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
        node.Signal(ProcessSignal.Terminate);
        Assert.Equal(0, await node.ExitedAsync());
        Assert.Contains($"federation {BuiltPackages.ProgramVersion}\n", await BuiltPackages.RunAsync(program, WithoutDotnet, "--version"));
        folder.Delete(recursive: true);
    }

    /// <summary>Where Debian's qemu-user and the cross packages of libc6, libgcc-s1 and libstdc++6 are installed.</summary>
    [Arm64Fact("federation-*-linux-arm64.tar.gz")]
    public async Task The_one_for_arm64_runs_on_an_emulated_processor()
    {
        var archive = BuiltPackages.Get("federation-*-linux-arm64.tar.gz");
        var folder = await BuiltPackages.UnpackAsync(archive);
        var program = Directory.GetFiles(folder.FullName, "federation", SearchOption.AllDirectories).Single();

        var version = await BuiltPackages.RunAsync(
            Arm64FactAttribute.Emulator, WithoutDotnet, "-L", Arm64FactAttribute.Libraries, program, "--version");

        Assert.Contains(", linux-arm64\n", version, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [PackageFact("federation-*-linux-x64.tar.gz")]
    public Task Linux_x64() => HoldsAsync("linux-x64.tar.gz", static program => Elf(program, machine: 0x3e, "/lib64/ld-linux-x86-64.so.2"));

    [PackageFact("federation-*-linux-arm64.tar.gz")]
    public Task Linux_arm64() => HoldsAsync(
        "linux-arm64.tar.gz", static program => Elf(program, machine: 0xb7, "/lib/ld-linux-aarch64.so.1"));

    [PackageFact("federation-*-linux-musl-x64.tar.gz")]
    public Task Linux_musl_x64() => HoldsAsync(
        "linux-musl-x64.tar.gz", static program => Elf(program, machine: 0x3e, "/lib/ld-musl-x86_64.so.1"));

    [PackageFact("federation-*-osx-arm64.tar.gz")]
    public Task Osx_arm64() => HoldsAsync("osx-arm64.tar.gz", static program =>
    {
        Assert.Equal(0xfeedfacfu, BinaryPrimitives.ReadUInt32LittleEndian(program));
        Assert.Equal(0x0100000cu, BinaryPrimitives.ReadUInt32LittleEndian(program.AsSpan(4)));

        // macOS kills a program for its own processors that is not signed.
        Assert.Contains(0x1du, LoadCommands(program));
    });

    [PackageFact("federation-*-win-x64.zip")]
    public Task Win_x64() => HoldsAsync("win-x64.zip", static program =>
    {
        Assert.Equal("MZ", Encoding.ASCII.GetString(program, 0, 2));
        var header = BinaryPrimitives.ReadInt32LittleEndian(program.AsSpan(0x3c));
        Assert.Equal(0x8664, BinaryPrimitives.ReadUInt16LittleEndian(program.AsSpan(header + 4)));
    });

    [PackageFact(Archive)]
    public async Task The_checksums_are_those_of_every_file()
    {
        var sums = (await File.ReadAllLinesAsync(BuiltPackages.All.Single(static file => Path.GetFileName(file) is "SHA256SUMS")))
            .ToDictionary(static line => line[66..], static line => line[..64], StringComparer.Ordinal);

        Assert.Equal(
            BuiltPackages.All.Select(static file => Path.GetFileName(file)).Where(static file => file is not "SHA256SUMS")
                .Order(StringComparer.Ordinal),
            sums.Keys.Order(StringComparer.Ordinal));
        foreach (var file in BuiltPackages.All.Where(static file => Path.GetFileName(file) is not "SHA256SUMS"))
        {
            await using var content = File.OpenRead(file);
            Assert.Equal(sums[Path.GetFileName(file)], Convert.ToHexStringLower(await SHA256.HashDataAsync(content)));
        }
    }

    [PackageFact(Archive)]
    public async Task The_bill_of_materials_lists_what_the_program_contains_with_versions_and_licences()
    {
        using var bill = JsonDocument.Parse(await File.ReadAllTextAsync(BuiltPackages.Get("federation-*-linux-x64.spdx.json")));
        await using var archive = File.OpenRead(BuiltPackages.Get(Archive));
        var packages = bill.RootElement.GetProperty("packages").EnumerateArray().ToDictionary(
            static package => Text(package, "name"), StringComparer.Ordinal);

        Assert.Equal("SPDX-2.3", Text(bill.RootElement, "spdxVersion"));
        Assert.Equal(
            Convert.ToHexStringLower(await SHA256.HashDataAsync(archive)),
            Text(packages["federation"].GetProperty("checksums")[0], "checksumValue"));
        Assert.Equal(("1.5.74", "Apache-2.0"), (Text(packages["Akka"], "versionInfo"), Text(packages["Akka"], "licenseDeclared")));
        Assert.Equal("pkg:nuget/NATS.Net@3.3.2", Text(packages["NATS.Net"].GetProperty("externalRefs")[0], "referenceLocator"));
        Assert.Contains("Microsoft.NETCore.App.Runtime.linux-x64", packages.Keys);
        Assert.DoesNotContain(packages.Keys, static name => name.Contains("Analyzer", StringComparison.Ordinal) || name is "MinVer");
        Assert.Equal(packages.Count, bill.RootElement.GetProperty("relationships").GetArrayLength());
    }

    /// <summary>Program, licence and configuration; and in the program what it is made of.</summary>
    private static async Task HoldsAsync(string kind, Action<byte[]> isFor)
    {
        var folder = await BuiltPackages.UnpackAsync(BuiltPackages.Get("federation-*-" + kind));
        var files = Directory.GetFiles(folder.FullName, "*", SearchOption.AllDirectories);
        var name = kind.StartsWith("win", StringComparison.Ordinal) ? "federation.exe" : "federation";
        var program = await File.ReadAllBytesAsync(files.Single(file => Path.GetFileName(file).Equals(name, StringComparison.Ordinal)));

        Assert.Equal(
            new[] { "LICENSE", name, "node.conf" }.Order(StringComparer.Ordinal),
            files.Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        isFor(program);
        Assert.All(
            ["federation.dll", "Federation.Actors.dll", "Akka.dll", "NATS.Client.Core.dll", "System.Private.CoreLib.dll"],
            part => Assert.True(program.AsSpan().IndexOf(Encoding.ASCII.GetBytes(part)) >= 0, part));
        folder.Delete(recursive: true);
    }

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;

    private static void Elf(byte[] program, int machine, string interpreter)
    {
        Assert.Equal("\u007fELF", Encoding.ASCII.GetString(program, 0, 4));
        Assert.Equal(machine, BinaryPrimitives.ReadUInt16LittleEndian(program.AsSpan(18)));
        Assert.True(program.AsSpan(0, 4096).IndexOf(Encoding.ASCII.GetBytes(interpreter + "\0")) > 0);
    }

    private static List<uint> LoadCommands(byte[] program)
    {
        var commands = new List<uint>();
        var count = BinaryPrimitives.ReadInt32LittleEndian(program.AsSpan(16));
        for (var (n, at) = (0, 32); n < count; n++)
        {
            commands.Add(BinaryPrimitives.ReadUInt32LittleEndian(program.AsSpan(at)));
            at += BinaryPrimitives.ReadInt32LittleEndian(program.AsSpan(at + 4));
        }

        return commands;
    }
}
