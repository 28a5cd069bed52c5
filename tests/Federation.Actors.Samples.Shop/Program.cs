using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Federation.Actors;
using Federation.Actors.Samples.Shop;

// A web shop whose freezers report over WebSockets: each freezer is a sharded entity, and a reading is acked when its entity has it.
const string Node = """
    federation.components.freezers-in {
      mode = server
      server.listen = false
      ports.outputs = [ { name = ws_data, subject = "freezers.{peer}", type = local } ]
    }
    """;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHealthChecks();
builder.Services.AddAkka("shop", akka => akka
    .WithRemoting("127.0.0.1", 0)
    .WithClustering()
    .AddStartup((system, _) => Cluster.Get(system).Join(Cluster.Get(system).SelfAddress))
    .WithShardRegion<Freezer>(
        "freezer", _ => Freezer.Props(), new FreezerShards(), new ShardOptions { StateStoreMode = StateStoreMode.DData })
    .WithFederation(FederationConfiguration.Parse(Node)));
builder.Services.AddFederation();
builder.Services.AddHostedService<FreezerFeed>();

// README: map
var app = builder.Build();
app.MapFederation("/ingest", "freezers-in");
app.MapHealthChecks("/health");
// README: end
app.MapGet("/freezers/{name}", async (string name, IRequiredActor<Freezer> freezers) =>
    await freezers.ActorRef.Ask<Freezer.Temperature>(new Freezer.Look(name), FreezerFeed.Patience) is { Celsius: { } celsius }
        ? Results.Json(new { name, celsius })
        : Results.NotFound());
await app.RunAsync();
