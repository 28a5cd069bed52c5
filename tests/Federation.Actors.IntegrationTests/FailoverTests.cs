using System.Diagnostics;
using Federation.Actors.IntegrationTests.Support;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Xunit.Abstractions;

namespace Federation.Actors.IntegrationTests;

/// <summary>
/// A node whose server of a NATS cluster dies goes on with another one, as soon as a client of its own would, and nacks nothing.
/// </summary>
public sealed class FailoverTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new(Limit + Limit);
    private NatsCluster _cluster = null!;
    private string _error = "";

    public async Task InitializeAsync()
    {
        _cluster = await NatsCluster.StartAsync();
        await using var connection = new NatsConnection(new NatsOpts { Url = _cluster.Servers[1].Url });
        try
        {
            await Eventually.TrueAsync(() => IsCreatedAsync(new NatsJSContext(connection)), "a leader of the cluster", Limit);
        }
        catch
        {
            output.WriteLine($"{_error}\n{string.Join("\n\n", _cluster.Servers.Select(static server => server.Log))}");
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _cluster.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_node_goes_on_with_a_server_that_only_the_cluster_has_named()
    {
        var first = _cluster.Servers[0];
        await using var node = await TestNode.StartAsync(first.Url, component => component with
        {
            Ports = new PortsSettings
            {
                Outputs = [new OutputPortSettings { Name = "ws_data", Subject = "plant.node",
                    Type = PortType.Jetstream, Stream = new StreamSettings { Name = "plant" } }],
            },
        });
        var nacks = 0;
        var ofNode = new Gaps();
        var ofClient = new Gaps();
        var over = false;
        var sender = new ResendingSender(node.Url, "edge-7", 20, answered: (_, acked) =>
        {
            _ = acked ? ofNode.Ack() : Interlocked.Increment(ref nacks);
        });
        var sending = sender.RunAsync(() => Volatile.Read(ref over), 200, _stop.Token);
        var publishing = PublishAsync(first.Url, () => Volatile.Read(ref over), ofClient);
        await Eventually.TrueAsync(() => ofNode.Count > 100 && ofClient.Count > 100, "acks for both before the kill", Limit);

        first.Kill();
        var (ackedOfNode, ackedOfClient) = (ofNode.Count, ofClient.Count);

        await Eventually.TrueAsync(
            () => ofNode.Count > ackedOfNode + 200 && ofClient.Count > ackedOfClient + 200, "acks for both after the kill", Limit);
        Volatile.Write(ref over, true);
        await sending.WaitAsync(Limit);
        await publishing.WaitAsync(Limit);
        output.WriteLine($"no acks for {ofNode.Longest.TotalSeconds:0.0} s of the node, for {ofClient.Longest.TotalSeconds:0.0} s of a "
            + "client of NATS.Net beside it");
        Assert.Equal(0, nacks);

        // Twice: the node may connect to the server that is elected last.
        Assert.True(ofNode.Longest < (ofClient.Longest * 2) + TimeSpan.FromSeconds(2),
            $"the node took {ofNode.Longest}, a client {ofClient.Longest}");
    }

    private async Task<bool> IsCreatedAsync(NatsJSContext context)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        try
        {
            await context.CreateStreamAsync(new StreamConfig("plant", ["plant.>"]) { NumReplicas = 3 }, limit.Token);
            return true;
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException && !_stop.IsCancellationRequested)
        {
            _error = e.Message;
            return false;
        }
    }

    /// <summary>Publishes one after the other until each is acked, as a program over NATS.Net would.</summary>
    private async Task PublishAsync(string url, Func<bool> enough, Gaps gaps)
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = url });
        var context = new NatsJSContext(connection);
        for (var number = 0; !enough(); number++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(TimeSpan.FromSeconds(2));
            try
            {
                (await context.PublishAsync("plant.client", number, cancellationToken: limit.Token)).EnsureSuccess();
                gaps.Ack();
            }
            catch (Exception e) when (e is NatsException or OperationCanceledException && !_stop.IsCancellationRequested)
            {
                await Task.Delay(50, _stop.Token);
            }
        }
    }

    /// <summary>The longest time without an ack. Thread-safe.</summary>
    private sealed class Gaps
    {
        private readonly Lock _lock = new();
        private long _last = Stopwatch.GetTimestamp();

        public int Count { get; private set; }

        public TimeSpan Longest { get; private set; }

        public int Ack()
        {
            lock (_lock)
            {
                var gap = Stopwatch.GetElapsedTime(_last);
                Longest = Count > 0 && gap > Longest ? gap : Longest;
                _last = Stopwatch.GetTimestamp();
                return ++Count;
            }
        }
    }
}
