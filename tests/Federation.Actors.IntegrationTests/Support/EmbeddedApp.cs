using Akka.Actor;
using Akka.Hosting;
using Akka.Streams;
using Akka.Streams.Dsl;
using Federation.Actors.Supervision;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>Somebody's web application with a node in it, whose components have no port of their own.</summary>
internal sealed class EmbeddedApp : IAsyncDisposable
{
    private readonly WebApplication _web;

    private EmbeddedApp(WebApplication web) => _web = web;

    /// <summary>A component that takes peers on the application's web server, and delivers to its code.</summary>
    public static ComponentSettings Component { get; } = TestNode.Component("edge-in") with
    {
        Server = new ServerSettings { Listen = false, EnableCompression = false },
        Ports = new PortsSettings { Outputs = [new OutputPortSettings { Name = "ws_data", Subject = "in.{peer}", Type = PortType.Local }] },
    };

    public IServiceProvider Services => _web.Services;

    public ActorSystem System => Services.GetRequiredService<ActorSystem>();

    public IFederation Federation => Services.GetRequiredService<IFederation>();

    /// <summary>
    /// Starts an application that maps the component at <c>/ingest</c> and takes what it receives; returns when peers are let in.
    /// </summary>
    public static async Task<EmbeddedApp> StartAsync(
        ComponentSettings? component =
            null, Action<ListenOptions>? listen = null, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(global::System.Net.IPAddress.Loopback, 0, listen ?? (static _ => { })));
        builder.Services.AddAkka("shop", akka => akka
            .AddHocon("akka { loglevel = OFF, stdout-loglevel = OFF }", HoconAddMode.Prepend)
            .WithFederation(
                new FederationSettings { Nats = new NatsSettings { Url = "nats://127.0.0.1:1" }, Components = [component ?? Component] }));
        builder.Services.AddFederation();
        services?.Invoke(builder.Services);
        var app = new EmbeddedApp(builder.Build());
        (map ?? (static web => web.MapFederation("/ingest", "edge-in")))(app._web);
        try
        {
            await app._web.StartAsync();
            await TestNode.ReadyAsync(app.Services.GetRequiredService<IRequiredActor<FederationSupervisor>>().ActorRef);
            _ = app.Federation.Source("edge-in").RunWith(Sink.Ignore<ReceivedMessage>(), app.System.Materializer());
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Address of a path, with the scheme of the web server or another one.</summary>
    public Uri Url(string path, string? scheme = null)
    {
        var url = new UriBuilder(_web.Urls.Single()) { Path = path };
        url.Scheme = scheme ?? url.Scheme;
        return url.Uri;
    }

    /// <summary>Stops the application as SIGTERM does.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        await _web.StopAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _web.DisposeAsync();
    }
}
