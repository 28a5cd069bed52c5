using System.Globalization;
using Federation.Actors.IntegrationTests.Support;

namespace Federation.Actors.IntegrationTests.Cluster;

/// <summary>
/// The configuration of one node of a cluster, which dials hubs, listens for edges, and can be started again under its old address.
/// </summary>
/// <param name="Name">Its <c>node_id</c>.</param>
/// <param name="NatsUrl">Its bus.</param>
/// <param name="ClusterPort">Where it listens to the other nodes.</param>
/// <param name="Seeds">Addresses of the nodes that let others in.</param>
/// <param name="Hubs">Whom the cluster dials: each is a component <c>hub-0</c>, <c>hub-1</c> and so on.</param>
/// <param name="EdgePort">Where it listens; 0: any free port.</param>
/// <param name="AdminPort">Where it says how it is; 0: any free port.</param>
/// <param name="Address">Where the other nodes reach it; null: where it listens.</param>
internal sealed record ClusterNode(string Name, string NatsUrl, int ClusterPort, IReadOnlyList<string> Seeds,
    IReadOnlyList<Uri> Hubs, int EdgePort = 0, int AdminPort = 0, string? Address = null)
{
    /// <summary>A component for each hub, and one that listens; all of them publish to a stream.</summary>
    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        federation {
          node_id = {{Name}}
          nats { url = "{{NatsUrl}}", ping_interval = 2s, connect_timeout = 2s }
          admin.port = {{AdminPort}}
          shutdown_timeout = 5s
          cluster { enabled = true, name = shop, port = {{ClusterPort}}, seed_nodes = [{{SeedList("")}}] }
          component_defaults {
            client.reconnect { initial_interval = 200ms, max_interval = 2s, max_retries = 0 }
            backpressure.on_full = block
            server.enable_compression = false
          }
          components {
            {{string.Concat(Hubs.Select(static (hub, i) => $$"""
            hub-{{i.ToString(CultureInfo.InvariantCulture)}} {
              client.url = "{{hub}}"
              ports.outputs = [ { name = ws_data, subject = "got.{component}",
                  type = jetstream, stream { name = got, create = true, subjects = ["got.>"] } } ]
            }

            """))}}
            edges {
              server { host = "127.0.0.1", http_port = {{EdgePort}} }
              ports.outputs = [
                { name = ws_data, subject = "got.{peer}", type = jetstream, stream { name = got, create = true, subjects = ["got.>"] } }
                { name = ws_control, subject = control }
              ]
            }
          }
        }
        {{(Address is null ? "" : $"akka.remote.dot-netty.tcp {{ {Public} }}")}}
        """);

    /// <summary>
    /// What a member that dials nobody needs in Akka, besides hocon/cluster.conf, where the program is not the federation's own.
    /// </summary>
    public string Guest =>
        $$"""

        akka { loglevel = OFF, stdout-loglevel = OFF }
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = {{ClusterPort.ToString(CultureInfo.InvariantCulture)}}, {{Public}} }
        akka.cluster { roles = [guest], seed-nodes = [{{SeedList("akka.tcp://federation@")}}] }
        """;

    private string SeedList(string scheme) => string.Join(", ", Seeds.Select(seed => $"\"{scheme}{seed}\""));

    private string Public => Address!.Split(':') is [var host, var port] ? $"public-hostname = \"{host}\", public-port = {port}" : "";

    /// <summary>Starts it.</summary>
    /// <param name="program">With this program; null: the one that was built with these tests.</param>
    public Task<FederationProcess> RunAsync(string? program = null) =>
        FederationProcess.RunProgramAsync(program ?? FederationProcess.Program, Text, environment: null);
}
