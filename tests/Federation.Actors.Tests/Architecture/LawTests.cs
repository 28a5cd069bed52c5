using System.Text.RegularExpressions;

namespace Federation.Actors.Tests.Architecture;

/// <summary>The laws of the house that the source itself shows.</summary>
public sealed partial class LawTests
{
    /// <summary>Public parts of Kestrel that a file outside <c>Sockets/Kestrel</c> may name: a listener's configuration.</summary>
    private static readonly Dictionary<string, string[]> KestrelConfiguration = new(StringComparer.Ordinal)
    {
        // Ports, limits and the transport of the admin endpoint.
        ["Federation.Actors.Host.Admin/AdminEndpoint"] = [
            "Microsoft.AspNetCore.Connections", "IConnectionListenerFactory", "Microsoft.AspNetCore.Server.Kestrel"],
    };

    [Theory]
    [InlineData(@"\bStopwatch\b")]
    [InlineData(@"\bTickCount(64)?\b")]
    [InlineData(@"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b")]
    [InlineData(@"\bTimeProvider\.System\b")]
    [InlineData(@"\bScheduler\.(Now|MonotonicClock|HighResMonotonicClock)\b")]
    public void One_type_reads_the_clocks(string pattern) => Assert.Empty(
        Repository.Sources.Where(
            file => Regex.IsMatch(file.Code, pattern, RegexOptions.None, TimeSpan.FromSeconds(10)) && file.Name is not "Clock")
            .Select(static file => file.ToString()));

    [Fact]
    public void NATS_Net_is_named_in_one_folder() => Assert.Empty(
        Repository.Sources.Where(static file => file.Code.Contains("NATS.Client", StringComparison.Ordinal)
            && file.Folder is not "Federation.Actors.Nats").Select(static file => file.Folder + "/" + file.Name));

    [Fact]
    public void Kestrels_inner_life_is_named_in_one_folder() => Assert.Empty(
        from file in Repository.Sources
        where file.Folder is not "Federation.Actors.Sockets.Kestrel"
        from found in KestrelNames().Matches(file.Code).Select(static match => match.Value).Distinct(StringComparer.Ordinal)
        where !KestrelConfiguration.GetValueOrDefault($"{file.Folder}/{file.Name}", []).Contains(found, StringComparer.Ordinal)
        select $"{file.Folder}/{file.Name}: {found}");

    [Theory]
    [InlineData("using Microsoft.AspNetCore.Server.Kestrel.Core;")]
    [InlineData("class A { IConnectionHeartbeatFeature? b; }")]
    [InlineData("class A { object? B(IFeatureCollection c) => c.Get<IConnectionLifetimeNotificationFeature>(); }")]
    [InlineData("class A { Task B(ConnectionContext c) => Task.CompletedTask; }")]
    [InlineData("class A : IHttpUpgradeFeature;")]
    public void Names_of_Kestrels_inner_life_are_found(string code) =>
        Assert.Matches(KestrelNames(), new SourceFile("A.cs", "P", code).Code);

    [Fact]
    public void The_HOCON_reader_names_nothing_of_the_node() => Assert.Empty(
        Repository.Sources.Where(static file => file.Folder is "Federation.Hocon"
            && file.Code.Contains("Federation.Actors", StringComparison.Ordinal)).Select(static file => file.Name));

    [Fact]
    public void Prometheus_is_named_in_one_folder_of_the_library() => Assert.Empty(
        Repository.Library.Where(static file => file.Code.Contains("using Prometheus", StringComparison.Ordinal)
            && file.Room is not "Diagnostics").Select(static file => file.RelativePath));

    [GeneratedRegex(
        @"Microsoft\.AspNetCore\.(Server\.Kestrel|Connections)|\b(ConnectionContext|ConnectionDelegate|DiagnosticListener)\b"
        + @"|\bI(Connection(Complete|EndPoint|Heartbeat|Id|Items|Lifetime|Listener|Socket|Transport|User)"
        + @"|HttpUpgrade|HttpExtendedConnect|HttpMin\w+Rate)\w*",
        RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex KestrelNames();
}
