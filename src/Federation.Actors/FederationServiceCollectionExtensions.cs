using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Federation.Actors;

/// <summary>Federation nodes in dependency injection.</summary>
public static class FederationServiceCollectionExtensions
{
    /// <summary>Registers <see cref="IFederation"/>: without a key for the node named <see cref="FederationOptions.DefaultName"/>, and
    /// with its name as the key for any other node. Call it once, before or after <c>AddAkka</c>; further calls have no effect.</summary>
    /// <param name="services">The program's services.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>This is separate from <c>WithFederation</c>, because Akka.Hosting calls that method when the services are already
    /// complete. Not thread-safe, because the collection is not.</remarks>
    public static IServiceCollection AddFederation(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<FederationNodes>();
        services.TryAddSingleton<IFederation>(
            static provider => provider.GetRequiredService<FederationNodes>()[FederationOptions.DefaultName]);
        services.TryAddKeyedSingleton<IFederation>(
            KeyedService.AnyKey, static (provider, key) => provider.GetRequiredService<FederationNodes>()[(string)key!]);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, FederationLifecycle>());
        return services;
    }
}
