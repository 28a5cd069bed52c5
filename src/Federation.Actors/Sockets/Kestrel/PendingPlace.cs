using Microsoft.AspNetCore.Connections;

namespace Federation.Actors.Sockets.Kestrel;

/// <summary>The place of one connection among those of a <see cref="PacedTransport"/> that are not a peer's.</summary>
/// <remarks>
/// Kept as a feature of the connection where something, such as TLS, may end it before <see cref="ConnectionHandover"/> has seen it. Thread-safe.
/// </remarks>
/// <param name="transport">Where the place is.</param>
internal sealed class PendingPlace(PacedTransport transport)
{
    private int _released;

    /// <summary>Gives the place back, once.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            transport.Release();
        }
    }

    /// <summary>Gives the place of a connection that has one back, or else one of those that have none.</summary>
    public static void Release(ConnectionContext connection, PacedTransport transport)
    {
        if (connection.Features.Get<PendingPlace>() is { } place)
        {
            place.Release();
        }
        else
        {
            transport.Release();
        }
    }

    /// <summary>A middleware: the connection's place is given back when it has ended, if not before.</summary>
    public static async Task RunAsync(ConnectionDelegate next, ConnectionContext connection, PacedTransport transport)
    {
        var place = new PendingPlace(transport);
        connection.Features.Set(place);
        try
        {
            await next(connection);
        }
        finally
        {
            place.Release();
        }
    }
}
