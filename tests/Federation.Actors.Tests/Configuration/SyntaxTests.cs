using Federation.Actors.Configuration;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Federation.Actors.Tests.Configuration;

public class SyntaxTests
{
    [Theory]
    [InlineData("federation {\n  nats { url = a\n}", "test.conf:1:12: found { that is never closed, expected its counterpart")]
    [InlineData("federation {}\n}", "test.conf:2:1: found \"}\", expected the end of the text")]
    [InlineData("federation { a = [1, 2 }", "test.conf:1:24: found \"}\", expected ] to close the [ of test.conf:1:18")]
    [InlineData("a = [1,\n2", "test.conf:1:5: found [ that is never closed, expected its counterpart")]
    [InlineData("a = ]", "test.conf:1:5: found \"]\", expected a value; text with special characters needs quotes")]
    [InlineData("a = \"x", "test.conf:1:5: found \" that is never closed, expected its counterpart")]
    [InlineData("a = \"\"\"x\"", "test.conf:1:5: found \"\"\" that is never closed, expected its counterpart")]
    [InlineData("a = nats://x",
        "test.conf:1:9: found \":\", expected a comma, a new line or a closing bracket; text with special characters needs quotes")]
    [InlineData("a\nb = 1", "test.conf:1:2: found \"\\n\", expected = or : or { after the key a")]
    [InlineData("a = ${x", "test.conf:1:8: found the end of the text, expected } at the end of a reference")]
    [InlineData("a = ${x}", "test.conf:1:5: found ${x}, expected another path of this configuration or a variable of the environment")]
    [InlineData(
        "a = ${b}\nb = ${a}", "test.conf:1:5: found ${b}, expected another path of this configuration or a variable of the environment")]
    [InlineData(
        "a = {} []", "test.conf:1:5: found a block beside a list, expected values of one kind, or a comma or a new line between them")]
    [InlineData("a = \"\\q\"", "test.conf:1:7: found \"q\", expected one of \" \\ / b f n r t u after a backslash")]
    [InlineData("include \"x.conf\"", "test.conf:1:9: found include \"x.conf\", expected a file that can be read")]
    public void Text_that_is_not_HOCON_is_named_with_its_line_and_column(string text, string fault)
    {
        Assert.Equal([fault], Configurations.Faults(text));
    }

    [Fact]
    public void Brackets_in_strings_and_comments_do_not_count()
    {
        var text = "# }\n// ]\nx = \"}{\" # {\ny = \"\"\"a \" } \\ \"\"\"\n" + Configurations.Server("");

        Assert.Empty(Configurations.Faults(text));
    }

    [Fact]
    public void A_file_may_include_another_one_next_to_it()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "ports.conf"), Configurations.Ports);
            File.WriteAllText(Path.Combine(folder, "node.conf"), Configurations.Node("a {\n include \"ports.conf\"\n server {}\n }"));

            var loaded = FederationConfiguration.Load(Path.Combine(folder, "node.conf"));

            Assert.Equal("federated.data", loaded.EnsureValid().Components[0].Ports.Data?.Subject);
            Assert.Equal("file ports.conf:1", loaded.Origins["federation.components.a.ports.outputs"].ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void An_included_reference_to_nothing_leaves_the_earlier_value_standing()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "bus.conf"), "nats.url = ${?NO_SUCH_VARIABLE}");
            File.WriteAllText(Path.Combine(folder, "node.conf"), Configurations.Node(
                $"a {{ server {{}}, {Configurations.Ports} }}", "nats.url = \"nats://a:4222\"\ninclude \"bus.conf\""));

            var loaded = FederationConfiguration.Load(Path.Combine(folder, "node.conf"), environment: static _ => null);

            Assert.Equal("nats://a:4222", loaded.EnsureValid().Nats.Url);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_file_that_includes_itself_is_a_fault()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, $"include \"{Path.GetFileName(path)}\"");

            Assert.Single(FederationConfiguration.Load(path).Faults);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData('{')]
    [InlineData('[')]
    public void Nesting_without_end_is_a_fault_and_no_crash(char bracket)
    {
        Assert.Single(Configurations.Faults("a = " + new string(bracket, 100_000).Replace("{", "{a=", StringComparison.Ordinal)));
    }

    [Fact]
    public void References_that_multiply_without_end_are_a_fault_and_no_crash()
    {
        var lines = Enumerable.Range(0, 30).Select(i => $"a{i} = [${{a{i + 1}}}, ${{a{i + 1}}}]");

        Assert.Single(Configurations.Faults(string.Join('\n', lines) + "\na30 = 1"));
    }

    [Property(MaxTest = 1000)]
    public void Any_text_gives_settings_or_faults(string? text)
    {
        Survives(text ?? "");
    }

    [Property(MaxTest = 3000)]
    public Property Any_mix_of_what_HOCON_is_made_of_gives_settings_or_faults()
    {
        string[] tokens =
        [
            "{", "}", "[", "]", "=", ":", "+=", ",", "\n", " ", ".", "\"", "\"\"\"",
            "\\", "#", "//", "$", "${", "${?", "include ", "null", "1", "-1s", "1e999", "x",
            "federation", "components", "component_defaults", "server", "client",
            "http_port", "http-port", "ports.outputs", "mode", "a", "${a}", "${?a}", "${federation}",
            "type", "name", "config", "input", "akka", "\u2028", "\ud800", "\0",
        ];
        var texts = Gen.Elements(tokens).ListOf().Select(parts => string.Concat(parts));
        return Prop.ForAll(Arb.From(texts), Survives);
    }

    [Property(MaxTest = 1000)]
    public Property Any_value_of_any_setting_gives_settings_or_faults()
    {
        var paths = Gen.Elements(Setting.All(typeof(ComponentSettings)).Select(static pair => pair.Path).ToArray());
        var values = Gen.Elements("", "5", "-1", "99999999999999999999", "1e400", "NaN", "x",
            "[]", "[[]]", "{}", "[{}]", "null", "\"\"", "1s", "infinite", "://", "ws://", "nats://@");
        return Prop.ForAll(Arb.From(paths), Arb.From(values), (path, value) => Survives(Configurations.Server($"{path} = {value}")));
    }

    private static void Survives(string text)
    {
        var loaded = Configurations.Load(text);

        Assert.All(Configurations.Faults(loaded), fault => Assert.DoesNotContain('\n', fault));
        Assert.NotEmpty(EffectiveConfiguration.Render(loaded));
    }
}
