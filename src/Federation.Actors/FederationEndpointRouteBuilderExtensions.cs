using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Federation.Actors;

/// <summary>Maps components to paths of the application's own ASP.NET Core web server.</summary>
public static class FederationEndpointRouteBuilderExtensions
{
    /// <summary>Lets a component accept peers at a path of this web server, over HTTP/1.1 or HTTP/2 (RFC 8441).</summary>
    /// <param name="endpoints">The web application.</param>
    /// <param name="path">Route pattern, such as <c>/ingest</c>.</param>
    /// <param name="component">Name of a component in server mode with <c>server.listen = false</c>.</param>
    /// <param name="federation">Name of the node that has the component; see <see cref="FederationOptions.Name"/>.</param>
    /// <returns>A builder for conventions of the endpoint, such as its host.</returns>
    /// <exception cref="ArgumentException">An argument is empty.</exception>
    /// <exception cref="InvalidOperationException"><see cref="FederationServiceCollectionExtensions.AddFederation"/> was not called. If
    /// the component does not exist or opens its own port, the start of the host throws this exception.</exception>
    /// <remarks><para>The settings of the component apply to credentials (<c>auth</c>), origins and limits. The web server handles TLS;
    /// the name in an accepted client certificate is the name of the peer. <c>UseWebSockets</c> is not required. While the component is
    /// not running or is draining, the answer is 503 with Retry-After. Behind a proxy, apply forwarded headers first, because wrong
    /// credentials are counted by remote address.</para> <para>When the host stops, mapped nodes drain first, within
    /// <c>shutdown_timeout</c>; then the web server stops.</para></remarks>
    public static IEndpointConventionBuilder MapFederation(
        this IEndpointRouteBuilder endpoints, string path, string component, string federation = FederationOptions.DefaultName)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(component);
        ArgumentException.ThrowIfNullOrEmpty(federation);
        var nodes = endpoints.ServiceProvider.GetService<FederationNodes>()
            ?? throw new InvalidOperationException(
                $"MapFederation(\"{path}\", \"{component}\"): expected services.AddFederation() before the application is built");
        var mapped = nodes[federation].Mapped;
        mapped.Map(component, path);
        RequestDelegate serve = context => mapped.HandleAsync(component, context);

        // A connection stays for as long as it likes, whatever time requests are given.
        return endpoints.Map(path, serve).WithDisplayName($"{federation} {component}").WithMetadata(new DisableRequestTimeoutAttribute());
    }
}
