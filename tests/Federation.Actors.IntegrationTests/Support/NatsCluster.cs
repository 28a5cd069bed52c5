using System.Globalization;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>Three nats-servers in processes of their own that are one cluster, with JetStream.</summary>
internal sealed class NatsCluster : IAsyncDisposable
{
    private const int Size = 3;

    private readonly List<NatsServer> _servers = [];

    private NatsCluster()
    {
    }

    /// <summary>The servers.</summary>
    public IReadOnlyList<NatsServer> Servers => _servers;

    /// <summary>Starts the servers. Streams can be created once they have elected a leader, which takes some seconds.</summary>
    public static async Task<NatsCluster> StartAsync()
    {
        var cluster = new NatsCluster();
        try
        {
            // Each server must know the ports of the others before they run.
            int[] routes = [.. Enumerable.Range(0, Size).Select(static _ => FreePort.Take())];
            for (var i = 0; i < Size; i++)
            {
                cluster._servers.Add(
                    await NatsServer.StartAsync(new NatsServerOptions { JetStream = true, ConfigText = Configuration(i, routes) }));
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private static string Configuration(int number, int[] routes) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        server_name: s{{number}}
        cluster {
          name: test
          listen: "127.0.0.1:{{routes[number]}}"
          routes: [ {{string.Join(", ", routes.Select(static port => $"\"nats://127.0.0.1:{port}\""))}} ]
        }
        """);
}
