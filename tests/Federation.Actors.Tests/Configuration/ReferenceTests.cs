using Federation.Actors.Configuration;
using Federation.Actors.Tests.Architecture;
using Federation.Hocon;

namespace Federation.Actors.Tests.Configuration;

/// <summary>The pages about settings say what the records say.</summary>
public sealed class ReferenceTests
{
    private const string Rewrite = "WRITE_SETTINGS";

    /// <remarks>To write the files again, run this test with WRITE_SETTINGS=1 and look at what has changed in them.</remarks>
    [Theory]
    [InlineData("hocon/reference.conf")]
    [InlineData("config/CONFIGURATION.md")]
    public async Task The_pages_about_settings_are_up_to_date(string file)
    {
        var path = Path.Combine(Repository.Root, file);
        var page = file.EndsWith(".md", StringComparison.Ordinal) ? SettingsPages.Manual() : SettingsPages.Reference();
        if (Environment.GetEnvironmentVariable(Rewrite) is { Length: > 0 })
        {
            await File.WriteAllTextAsync(path, page);
        }

        Assert.True(
            string.Equals(page, await File.ReadAllTextAsync(path), StringComparison.Ordinal),
            $"{file} is stale. Write it again: {Rewrite}=1 dotnet test tests/Federation.Actors.Tests --filter {nameof(ReferenceTests)}");
    }

    [Fact]
    public void The_reference_is_a_configuration_that_changes_nothing()
    {
        var reading = new SettingsReading();
        var root = (HoconMap)HoconParser.Parse(SettingsPages.Reference(), "reference.conf", origin: null, static _ => null)["federation"]!;

        var read = reading.Read(new FederationSettings(), reading.Normalize(root, typeof(FederationSettings), "federation"), "federation");

        Assert.Empty(reading.Faults);
        Assert.Equal(Values(new FederationSettings()), Values(read));
        Assert.Empty(Setting.All(typeof(FederationSettings), "federation")
            .Where(static pair => pair.Setting.Type is not null && pair.Setting.Key is not Setting.Mode && !IsInList(pair.Path))
            .Select(static pair => pair.Path).Except(reading.Origins.Keys, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_is_described_and_has_a_default_that_is_in_its_range()
    {
        var reading = new SettingsReading();

        reading.Check(new FederationSettings { Components = [new ComponentSettings { Name = "a" }] }, "federation");

        Assert.Empty(reading.Faults);
        Assert.DoesNotContain("|  |", SettingsPages.Manual().Replace("|  |\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static bool IsInList(string path) => path.Split('.')[..^1].Any(static key => key is "outputs" or "inputs" or "tokens");

    private static string[] Values(FederationSettings settings) =>
    [
        .. EffectiveConfiguration.Values(settings).Select(static pair => $"{pair.Key} = {pair.Value}"),
        .. new[] { ComponentMode.Server, ComponentMode.Client }.SelectMany(mode =>
            EffectiveConfiguration.Values(settings.ComponentDefaults with { Mode = mode }, $"{mode}")
                .Select(static pair => $"{pair.Key} = {pair.Value}")),
    ];
}
