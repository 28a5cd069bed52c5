using System.Net.WebSockets;
using System.Text;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Program;

/// <summary>The real program on a heap of 128 MiB.</summary>
public sealed class MemoryTests : IAsyncLifetime
{
    private const int MostConnections = 1100;
    private static readonly Dictionary<string, string> SmallHeap = new(StringComparer.Ordinal) { ["DOTNET_GCHeapHardLimit"] = "0x8000000" };

    private NatsServer _nats = null!;

    public async Task InitializeAsync() => _nats = await NatsServer.StartAsync();

    public async Task DisposeAsync() => await _nats.DisposeAsync();

    [Fact]
    public async Task A_thousand_messages_of_1_MiB_that_never_end_are_refused_and_others_are_served()
    {
        await using var node = await FederationProcess.RunAsync(Configuration("64MiB"), SmallHeap);
        var begun = Encoding.UTF8.GetBytes("""{"type":"data","id":"1","payload":" """ + new string('x', 900_000));
        var hoarders = new List<ClientWebSocket>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                var hoarder = await ConnectAsync(node.Url);
                hoarders.Add(hoarder);
                await BeginAsync(hoarder, begun);
            }

            await using var peer = await TestPeer.ConnectAsync(node.Url);
            await peer.SendAsync(TestPeer.Data("small", "1"));
            Assert.Equal("small", (await peer.ReceiveAsync("ack")).GetProperty("id").GetString());
            Assert.False(node.HasEnded);

            // The memory holds 16 of them. Which of those began first, and so is closed, depends on the node's threads.
            Assert.True(await IsOneRefusedAsync(hoarders.Take(16)));
            var metrics = await new HttpClient().GetStringAsync(new Uri(node.Admin, "/metrics"));
            Assert.Contains("type=\"receive_memory_full\"", metrics, StringComparison.Ordinal);
        }
        finally
        {
            hoarders.ForEach(static hoarder => hoarder.Dispose());
        }
    }

    [Fact]
    public async Task A_node_without_memory_ends()
    {
        // The queue may hold more than the heap does, and NATS is away.
        await using var node = await FederationProcess.RunAsync(Configuration("1GiB"), SmallHeap);
        await _nats.DisposeAsync();
        var message = Encoding.UTF8.GetBytes($$"""{"type":"data","id":"1","payload":"{{new string('x', 900_000)}}"}""");
        using var peer = await ConnectAsync(node.Url);
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                using var patience = new CancellationTokenSource(Patience.Long);
                await peer.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
            }
        }
        catch (WebSocketException)
        {
            // It has ended, as it should.
        }

        // In about half of all tries the runtime itself fails on the heap's hard limit, by a segmentation fault, before it throws anything.
        const int SegmentationFault = 128 + 11;
        var exitCode = await node.ExitedAsync();
        Assert.Contains(exitCode, (int[])[4, SegmentationFault]);
        Assert.Equal(exitCode == 4, node.Errors.Any(
            static line => line.Contains("The node is out of memory and has stopped", StringComparison.Ordinal)));
    }

    private string Configuration(string queueBytes) => FederationProcess.Configuration(_nats.Url)
        .Replace("http_port = 0", $"http_port = 0, max_connections = {MostConnections}", StringComparison.Ordinal)
        .Replace("on_full = block", $"on_full = block, queue_bytes = {queueBytes}", StringComparison.Ordinal);

    private static async Task<ClientWebSocket> ConnectAsync(Uri url)
    {
        var socket = new ClientWebSocket();
        using var patience = new CancellationTokenSource(Patience.Long);
        await socket.ConnectAsync(url, patience.Token);
        return socket;
    }

    private static async Task BeginAsync(ClientWebSocket socket, byte[] begun)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience.Long);
            await socket.SendAsync(begun, WebSocketMessageType.Text, endOfMessage: false, patience.Token);
        }
        catch (WebSocketException)
        {
            // Refused already.
        }
    }

    private static async Task<bool> IsOneRefusedAsync(IEnumerable<ClientWebSocket> sockets)
    {
        var closing = sockets.Select(ClosedAsync).ToList();
        while (closing.Count > 0)
        {
            var closed = await Task.WhenAny(closing);
            closing.Remove(closed);
            if (await closed is (WebSocketCloseStatus)1013)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<WebSocketCloseStatus?> ClosedAsync(ClientWebSocket socket)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience.Long);
            await socket.ReceiveAsync(new byte[1024].AsMemory(), patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Open, or cut.
        }

        return socket.CloseStatus;
    }
}
