using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using Federation.Actors.Clustering;

namespace Federation.Actors.Tests.Clustering;

public sealed class PeerDirectoryTests
{
    private static readonly UniqueAddress Writer = new(new Address("akka.tcp", "test", "127.0.0.1", 1), 1);
    private static readonly HashSet<string> Nodes = new(["one", "two"], StringComparer.Ordinal);

    private readonly Dictionary<int, LWWDictionary<string, string>> _data = [];
    private readonly PeerDirectory _one = new("one");
    private readonly PeerDirectory _two = new("two");

    [Fact]
    public void A_peer_is_found_at_the_node_that_has_it()
    {
        _one.Join(PeerDirectory.Key("edges", "edge-7"));
        Spread();

        Assert.Equal("one", _two.Find("edges", "edge-7", Nodes));
        Assert.Null(_two.Find("edges", "edge-8", Nodes));
        Assert.Null(_two.Find("others", "edge-7", Nodes));
        Assert.Null(_one.Find("edges", "edge-7", Nodes));
    }

    [Fact]
    public void A_peer_of_a_component_that_runs_once_is_where_the_component_is()
    {
        _one.Join(PeerDirectory.Key("hub-link", ""));
        Spread();

        Assert.Equal("one", _two.Find("hub-link", "hub", Nodes));
        Assert.Equal("one", _two.Find("hub-link", "", Nodes));
    }

    [Fact]
    public void A_peer_that_has_gone_is_not_found()
    {
        _one.Join(PeerDirectory.Key("edges", "edge-7"));
        Spread();
        _one.Leave(PeerDirectory.Key("edges", "edge-7"));
        Spread();

        Assert.Null(_two.Find("edges", "edge-7", Nodes));
        Assert.All(_data.Values, static bucket => Assert.Empty(bucket.Entries));
    }

    [Fact]
    public void A_peer_that_has_moved_is_not_removed_by_the_node_it_has_left()
    {
        var key = PeerDirectory.Key("edges", "edge-7");
        _one.Join(key);
        Spread();
        _two.Join(key);
        Spread();
        _one.Leave(key);
        Spread();

        Assert.Equal("two", _one.Find("edges", "edge-7", Nodes));
    }

    [Fact]
    public void Entries_of_a_node_that_is_gone_count_for_nothing_and_are_removed_by_whoever_is_told_who_is_there()
    {
        _one.Join(PeerDirectory.Key("edges", "edge-7"));
        Spread();
        HashSet<string> left = new(["two"], StringComparer.Ordinal);

        Assert.Null(_two.Find("edges", "edge-7", left));
        Write(_two.Take(left));
        Assert.All(_data.Values, static bucket => Assert.Empty(bucket.Entries));
    }

    [Fact]
    public void An_entry_that_someone_else_has_removed_is_put_back()
    {
        _one.Join(PeerDirectory.Key("edges", "edge-7"));
        Spread();
        _data.Clear();
        _one.Learn(PeerDirectory.Bucket(PeerDirectory.Key("edges", "edge-7")), new Dictionary<string, string>(StringComparer.Ordinal));
        Spread();

        Assert.Equal("one", _two.Find("edges", "edge-7", Nodes));
    }

    [Fact]
    public void Many_changes_are_one_update_for_each_bucket()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _one.Join(PeerDirectory.Key("edges", $"edge-{i}"));
        }

        var updates = _one.Take(nodes: null);

        Assert.Equal(PeerDirectory.Buckets, updates.Count);
        Assert.All(updates, static update => Assert.InRange(
            update.Update.Added.Count, 10_000 / PeerDirectory.Buckets / 2, 10_000 / PeerDirectory.Buckets * 2));
        Assert.Empty(_one.Take(nodes: null));
    }

    [Theory]
    [InlineData("hub-1")]
    [InlineData("")]
    [InlineData("a-component-with-a-long-name")]
    public void A_component_is_in_the_same_shard_on_every_node(string component)
    {
        var shard = new LinkExtractor(100).ShardId(component);

        Assert.Equal(shard, new LinkExtractor(100).ShardId(component));
        Assert.InRange(int.Parse(shard, System.Globalization.CultureInfo.InvariantCulture), 0, 99);
    }

    [Fact]
    public void Only_components_in_client_mode_are_shared_and_only_in_a_cluster()
    {
        var settings = new FederationSettings { Cluster = new() { Enabled = true } };

        Assert.True(settings.IsShared(new ComponentSettings { Mode = ComponentMode.Client }));
        Assert.False(settings.IsShared(new ComponentSettings { Mode = ComponentMode.Server }));
        Assert.False(new FederationSettings().IsShared(new ComponentSettings { Mode = ComponentMode.Client }));
    }

    /// <summary>Both write what is due, and hear of all there is.</summary>
    private void Spread()
    {
        Write(_one.Take(nodes: null));
        Write(_two.Take(nodes: null));
        foreach (var (bucket, entries) in _data)
        {
            _one.Learn(bucket, entries.Entries);
            _two.Learn(bucket, entries.Entries);
        }
    }

    private void Write(IReadOnlyList<(int Bucket, DirectoryUpdate Update)> updates)
    {
        foreach (var (bucket, update) in updates)
        {
            _data[bucket] = update.Apply(_data.GetValueOrDefault(bucket, LWWDictionary<string, string>.Empty), Writer);
        }
    }
}
