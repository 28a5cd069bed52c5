using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Federation.Actors;

/// <summary>Components on the embedder's own ASP.NET Core web server.</summary>
public static class FederationEndpointRouteBuilderExtensions
{
    /// <summary>Lets a component take its peers at a path of this web server, over HTTP/1.1 or HTTP/2 (RFC 8441).</summary>
    /// <param name="endpoints">The web application.</param>
    /// <param name="path">Route pattern, such as <c>/ingest</c>.</param>
    /// <param name="component">Name of a component in server mode with <c>server.listen = false</c>.</param>
    /// <param name="federation">Name of the node whose component it is, see <see cref="FederationOptions.Name"/>.</param>
    /// <returns>For conventions of the endpoint, such as the host it is for.</returns>
    /// <exception cref="ArgumentException">A text is empty.</exception>
    /// <exception cref="InvalidOperationException"><see cref="FederationServiceCollectionExtensions.AddFederation"/> was not called. When
    /// there is no such component, or it has a port of its own, the same is thrown by the start of the host.</exception>
    /// <remarks><para> Credentials (<c>auth</c>), origins and limits are the component's. TLS is the web server's; the name in a client
    /// certificate that it lets through is the peer's. <c>UseWebSockets</c> is not needed and does no harm. While the component is not
    /// up, or drains, the answer is 503 with Retry-After. Behind a proxy, forwarded headers have to be applied before: wrong credentials
    /// are counted by remote address. </para>
    /// <para>When the host stops, mapped nodes drain first, within <c>shutdown_timeout</c>; then the web server stops.</para></remarks>
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
