using System.Net;
using Federation.Actors.Sockets.Server;
using Microsoft.AspNetCore.Connections;

namespace Federation.Actors.Sockets.Kestrel;

/// <summary>Marks a connection whose address comes from a trusted proxy's PROXY protocol header.</summary>
/// <remarks>Expects the header of trusted proxies only. A middleware before TLS, which the header is not part of.</remarks>
internal sealed class ProxiedConnection
{
    private static readonly ProxiedConnection Marker = new();

    public static async Task RunAsync(
        ConnectionDelegate next, TrustedProxies proxies, TimeSpan patience, Action<string> refused, ConnectionContext connection)
    {
        if (proxies.Contains((connection.RemoteEndPoint as IPEndPoint)?.Address))
        {
            if (!await TryReadAsync(connection, patience))
            {
                refused(RemoteAddress.Of(connection.RemoteEndPoint));
                connection.Abort(new ConnectionAbortedException("no PROXY protocol header"));
                return;
            }

            connection.Features.Set(Marker);
        }

        await next(connection);
    }

    private static async Task<bool> TryReadAsync(ConnectionContext connection, TimeSpan patience)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        late.CancelAfter(patience);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(late.Token);
                if (!ProxyHeader.TryRead(read.Buffer, out var length, out var source) || (length == 0 && read.IsCompleted))
                {
                    input.AdvanceTo(read.Buffer.Start);
                    return false;
                }

                if (length > 0)
                {
                    input.AdvanceTo(read.Buffer.GetPosition(length));
                    connection.RemoteEndPoint = source ?? connection.RemoteEndPoint;
                    return true;
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return false;
        }
    }
}
