using Federation.Hocon;

namespace Federation.Actors.Tests.Configuration;

/// <summary>The HOCON reader as other programs use it.</summary>
public sealed class HoconLibraryTests
{
    [Fact]
    public void The_sample_of_its_README_prints_what_it_says()
    {
        var root = HoconParser.Parse("a { b = 1, c = ${a.b}, d = ${?HOME} }", "app.conf");
        var map = new HoconResolver(root, static name => name is "HOME" ? "/root" : null).Resolve();

        Assert.Equal(
            ["""b = "1"   # file app.conf:1""", """c = "1"   # file app.conf:1""", """d = "/root"   # environment HOME"""],
            ((HoconMap)map["a"]!).Entries.Select(
                static entry => $"{entry.Key} = {HoconWriter.Value(entry.Value)}   # {entry.Value.Origin}"));
    }

    [Fact]
    public void An_error_has_its_position_and_no_credentials()
    {
        var error = Assert.Throws<HoconSyntaxException>(
            static () => HoconParser.Parse("a = 1\nb = [\"nats://me:secret@host\" { c = 1 }]", "app.conf"));

        Assert.Equal("app.conf:2:6", error.Position);
        Assert.Equal("""found "nats://***@host" beside a block, expected values of one kind, or a comma or a new line between them""",
            error.Problem);
    }

    [Fact]
    public void It_needs_nothing_but_the_runtime() =>
        Assert.All(typeof(HoconParser).Assembly.GetReferencedAssemblies(), static name =>
            Assert.StartsWith("System.", name.Name, StringComparison.Ordinal));
}
