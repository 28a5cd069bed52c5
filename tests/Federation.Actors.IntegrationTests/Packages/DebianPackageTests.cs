using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Packages;

/// <summary>
/// The Debian package, installed, upgraded, removed and purged in a copy of this machine's files that exists for one test only: an overlay
/// in a mount namespace.
/// </summary>
public sealed class DebianPackageTests
{
    private const string Package = "federation_*_amd64.deb";

    /// <summary>Runs the script that follows as the copy's root.</summary>
    private const string InACopy =
        """
        set -e
        copy=$(mktemp -d)
        mount -t tmpfs tmpfs "$copy"
        mkdir "$copy/upper" "$copy/work" "$copy/root"
        mount -t overlay overlay -o "lowerdir=/,upperdir=$copy/upper,workdir=$copy/work" "$copy/root"
        mount --bind /dev "$copy/root/dev"
        mount -t proc proc "$copy/root/proc"
        cp "$1" "$copy/root/federation.deb"
        chroot "$copy/root" /bin/bash -ec "$2"
        """;

    /// <remarks>Without triggers: those of other packages, such as the index of manual pages, take half of the time.</remarks>
    [PackageFact(Package, NeedsRoot = true)]
    public async Task It_installs_a_service_and_leaves_nothing_when_it_is_purged()
    {
        var lines = await InACopyAsync("""
            dpkg --no-triggers --path-include='/usr/share/*' --install /federation.deb
            getent passwd federation
            stat -c '%n %U:%G %a' /etc/federation/node.conf /etc/federation/secrets /usr/bin/federation
            federation --version
            federation validate --config /etc/federation/node.conf | head -1
            ! command -v systemd-analyze >/dev/null || systemd-analyze verify federation.service
            source /usr/share/bash-completion/completions/federation && complete -p federation
            gzip -dc /usr/share/doc/federation/changelog.gz | head -1
            dpkg --verify federation && echo unchanged
            echo '# mine' >> /etc/federation/node.conf
            dpkg --no-triggers --path-include='/usr/share/*' --force-confold --install /federation.deb && tail -1 /etc/federation/node.conf
            dpkg --no-triggers --remove federation
            ls /etc/federation/node.conf
            dpkg --no-triggers --purge federation
            ls -d /etc/federation /usr/lib/systemd/system/federation.service /usr/bin/federation 2>&1 || true
            getent passwd federation || echo no user
            """);

        Assert.Contains("Edit /etc/federation/node.conf, and start the node with: systemctl enable --now federation", lines);
        Assert.Contains(lines, static line => line.StartsWith("federation:x:", StringComparison.Ordinal)
            && line.EndsWith(":/nonexistent:/usr/sbin/nologin", StringComparison.Ordinal));
        Assert.Contains("/etc/federation/node.conf root:root 644", lines);
        Assert.Contains("/etc/federation/secrets root:federation 750", lines);
        Assert.Contains($"federation {BuiltPackages.ProgramVersion}", lines);
        Assert.Contains(lines, static line => line.StartsWith("federation.", StringComparison.Ordinal)
            && line.Contains(" = ", StringComparison.Ordinal));
        Assert.Contains("complete -o bashdefault -o default -F _federation federation", lines);
        Assert.Contains("# Changes", lines);
        Assert.Contains("unchanged", lines);
        Assert.Contains("# mine", lines);
        Assert.Contains("/etc/federation/node.conf", lines);
        Assert.Equal(3, lines.Count(static line => line.EndsWith("No such file or directory", StringComparison.Ordinal)));
        Assert.Equal("no user", lines[^1]);
    }

    [PackageFact(Package)]
    public async Task Its_man_page_explains_every_verb()
    {
        var page = (await BuiltPackages.RunAsync(
            "bash", "-c", $"dpkg-deb --fsys-tarfile {BuiltPackages.Get(Package)} | tar -xO ./usr/share/man/man1/federation.1.gz | gzip -d"))
            .Split('\n');
        await using var help = FederationCommand.Start("--help");
        Assert.Equal(0, await help.ExitedAsync());
        var verbs = help.Output.SkipWhile(static line => line is not "Commands:").Skip(1).TakeWhile(static line => line.Length > 0)
            .Where(static line => line[2] is not ' ').Select(static line => line.Trim().Split(' ')[0]).ToList();

        Assert.Contains("run", verbs);
        Assert.All(verbs, verb => Assert.Contains($".B {verb}", page));
        Assert.DoesNotContain(page, static line => line.Contains('@', StringComparison.Ordinal));
    }

    [PackageFact(Package)]
    public async Task Each_architecture_has_its_own_program()
    {
        foreach (var package in BuiltPackages.All.Where(static file => file.EndsWith(".deb", StringComparison.Ordinal)))
        {
            var fields = await BuiltPackages.RunAsync("dpkg-deb", "--field", package, "Version", "Architecture");
            var folder = Directory.CreateTempSubdirectory("federation-");
            await BuiltPackages.RunAsync("dpkg-deb", "--extract", package, folder.FullName);
            var program = await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "usr/bin/federation"));

            Assert.Contains($"Version: {BuiltPackages.ProgramVersion.Replace('-', '~')}\n", fields, StringComparison.Ordinal);
            Assert.Contains(program[18] is 0xb7 ? "Architecture: arm64" : "Architecture: amd64", fields, StringComparison.Ordinal);
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<string>> InACopyAsync(string script) =>
        (await BuiltPackages.RunAsync(
            "unshare", "--mount", "--fork", "bash", "-c", InACopy, "bash", BuiltPackages.Get(Package), script))
        .TrimEnd('\n').Split('\n');
}
