using System.Text.RegularExpressions;

namespace Federation.Actors.Tests.Architecture;

/// <summary>The laws of the house that the source itself shows.</summary>
public sealed class LawTests
{
    [Theory]
    [InlineData(@"\bStopwatch\b")]
    [InlineData(@"\bTickCount(64)?\b")]
    [InlineData(@"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b")]
    [InlineData(@"\bTimeProvider\.System\b")]
    [InlineData(@"\bScheduler\.(Now|MonotonicClock|HighResMonotonicClock)\b")]
    public void One_type_reads_the_clocks(string pattern) => Assert.Empty(
        Repository.Sources.Where(file => Regex.IsMatch(file.Code, pattern, RegexOptions.None, TimeSpan.FromSeconds(10)) && file.Name is not "Clock")
            .Select(static file => file.ToString()));

    [Fact]
    public void NATS_Net_is_named_in_one_folder() => Assert.Empty(
        Repository.Sources.Where(static file => file.Code.Contains("NATS.Client", StringComparison.Ordinal) && file.Folder is not "Federation.Actors.Nats").Select(static file => file.Folder + "/" + file.Name));

    [Fact]
    public void The_HOCON_reader_names_nothing_of_the_node() => Assert.Empty(
        Repository.Sources.Where(static file => file.Folder is "Federation.Hocon" && file.Code.Contains("Federation.Actors", StringComparison.Ordinal)).Select(static file => file.Name));

    [Fact]
    public void Prometheus_is_named_in_one_folder_of_the_library() => Assert.Empty(
        Repository.Library.Where(static file => file.Code.Contains("using Prometheus", StringComparison.Ordinal) && file.Room is not "Diagnostics").Select(static file => file.RelativePath));
}
