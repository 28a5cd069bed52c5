using Federation.Actors.Diagnostics;
using Federation.Actors.Host.Admin.Dashboard;

namespace Federation.Actors.Tests.Dashboard;

public sealed class HistoryTests
{
    private readonly History _history = new();

    [Fact]
    public void It_keeps_a_quarter_of_an_hour_oldest_first()
    {
        for (var second = 1; second <= 1000; second++)
        {
            _history.Add(Node(second, "a"));
        }

        var view = Assert.Single(_history.Of("a"));

        Assert.Equal(History.Capacity, view.At.Length);
        Assert.Equal((101_000, 1_000_000), (view.At[0], view.At[^1]));
        Assert.Equal((101f, 1000f), (view.Received[0], view.Received[^1]));
        Assert.Equal(view.At.Order(), view.At);
    }

    [Fact]
    public void It_tells_components_apart()
    {
        _history.Add(Node(1, "a", "b"));

        Assert.Equal(["a", "b"], _history.Of().Select(view => view.Component));
        Assert.Empty(_history.Of("c"));
    }

    private static NodeState Node(int second, params string[] names)
    {
        var receiving = new ComponentState.ReceivingView(
            second, 0, 0, 0, 0, new(
                0, 1, 0, 1, 0, "block", null, null, false, null), new Dictionary<string, long>(), new Dictionary<string, long>());
        ComponentState[] components =
            [.. names.Select(name => new ComponentState(
                name, "server", "listening", true, true, [], null, new(0, 0), new(true, null, null), null, receiving, null))];
        return NodeState.Of("node", default, new Instant(default, DateTimeOffset.FromUnixTimeSeconds(second)), components);
    }
}
