// asker NODE AKKA COMPONENT PEER METHOD: joins a cluster, asks a peer of any of its nodes, prints the reply, and leaves. NODE and AKKA are
// files: the node's settings, and what its actor system needs to be a member.
//
// ./run.sh test also builds it, as it is here, with the library and the program of the commit before this one: so it uses what both have.
using Akka.Hosting;
using Federation.Actors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

if (args is not [var node, var akka, var component, var peer, var method])
{
    Console.Error.WriteLine("usage: asker NODE AKKA COMPONENT PEER METHOD");
    return 2;
}

var settings = FederationConfiguration.Load(node);
var members = await File.ReadAllTextAsync(akka);
var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Services.AddAkka("federation", system => system.AddHocon(members, HoconAddMode.Prepend).WithFederation(settings));
builder.Services.AddFederation();
using var host = builder.Build();
await host.StartAsync();
var federation = host.Services.GetRequiredService<IFederation>();
using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
while (true)
{
    try
    {
        Console.WriteLine(await federation.RequestAsync(component, peer, method, cancellationToken: patience.Token));
        break;
    }
    catch (PeerRequestException e) when (e.Code is "unknown_peer" && !patience.IsCancellationRequested)
    {
        // The directory does not know it yet.
        await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
    }
}

await host.StopAsync();
return 0;
