using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Federation.Actors;

/// <summary>Federation nodes in dependency injection.</summary>
public static class FederationServiceCollectionExtensions
{
    /// <summary>Makes <see cref="IFederation"/> available: the node named <see cref="FederationOptions.DefaultName"/>, and by their names
    /// as keys those that have others. To be called once beside <c>AddAkka</c>, before or after it; twice does no harm.</summary>
    /// <param name="services">The program's services.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <remarks>Apart from <c>WithFederation</c> because Akka.Hosting calls that when the services are complete already. Not thread-safe,
    /// as the collection is not.</remarks>
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
