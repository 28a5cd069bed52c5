using System.Text;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Microsoft.Extensions.Hosting;

namespace Federation.Actors.Host;

/// <summary>Prints the messages of components with a <c>local</c> port, which have no other consumer in the console program.</summary>
internal sealed class LocalConsumers(FederationSettings settings, ActorSystem system, IFederation federation) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var streams = system.Materializer();
        foreach (var component in settings.Components.Where(static component => component.Ports.Data is { Type: PortType.Local }))
        {
            _ = federation.Source(component.Name).RunForeach(
                static message => Console.WriteLine(
                    $"{message.Subject} {message.Peer} {message.Id} {Encoding.UTF8.GetString(message.Payload.Span)}"), streams);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
