using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Akka.Streams;
using Federation.Actors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

const string Node = """
    federation.components.edge-in {
      mode = server
      server { host = "127.0.0.1", http_port = 8081, path = "/ingest" }
      ports.outputs = [ { name = ws_data, subject = "readings.{peer}", type = local } ]
    }
    """;

// Arguments are settings that override the text, such as federation.components.edge-in.server.http_port=9000.
var settings = FederationConfiguration.Parse(Node, overrides: args);
var builder = Host.CreateApplicationBuilder();
builder.Services.AddAkka("greenhouse", akka => akka.WithFederation(settings));
builder.Services.AddFederation();
using var host = builder.Build();
await host.StartAsync();

var federation = host.Services.GetRequiredService<IFederation>();
using var streams = host.Services.GetRequiredService<ActorSystem>().Materializer();
_ = federation.Source("edge-in").RunForeach(
    reading => Console.WriteLine($"{reading.Peer} says {Encoding.UTF8.GetString(reading.Payload.Span)}"), streams);
await host.WaitForShutdownAsync();
