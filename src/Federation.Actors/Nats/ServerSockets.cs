using System.Net.Security;
using System.Net.Sockets;
using Federation.Actors.Security;
using NATS.Client.Core;

namespace Federation.Actors.Nats;

/// <summary>Lets a connection of the client library use a <see cref="ServerSocket"/>, each time it connects.</summary>
internal static class ServerSockets
{
    /// <summary>Does so, from its first attempt on.</summary>
    /// <param name="connection">Not connected yet.</param>
    /// <param name="servers">What TLS is made for.</param>
    /// <param name="reader">Makes the reader of a new socket, and may refuse it; null: nobody reads along.</param>
    public static void Use(NatsConnection connection, NatsServers servers, Func<ServerProtocolReader>? reader)
    {
        var options = connection.Opts;
        (string Host, int Port) target = ("", 0);
        connection.OnConnectingAsync = next =>
        {
            target = next;
            return new ValueTask<(string, int)>(next);
        };
        connection.OnSocketAvailableAsync = socket =>
        {
            try
            {
                var (host, port) = target;
                return new ValueTask<INatsSocketConnection>(
                    new ServerSocket(socket, reader?.Invoke(), (bare, offer) => EncryptAsync(bare, offer, options, servers, host, port)));
            }
            catch (InvalidOperationException e)
            {
                return ValueTask.FromException<INatsSocketConnection>(e);
            }
        };
    }

    /// <summary>As the library does it: always where the url or a file asks for it, otherwise when the server can.</summary>
    private static async ValueTask<SslStream?> EncryptAsync(Socket socket, ServerTlsOffer offer, NatsOpts options, NatsServers servers, string host, int port)
    {
        var files = new TlsClientSettings
        {
            CaFile = options.TlsOpts.CaFile ?? "",
            CertFile = options.TlsOpts.CertFile ?? "",
            KeyFile = options.TlsOpts.KeyFile ?? "",
            InsecureSkipVerify = options.TlsOpts.InsecureSkipVerify,
        };
        if (!offer.IsAvailable && !offer.IsRequired)
        {
            return servers.AsksForTls(host, port) || files.CaFile.Length + files.CertFile.Length > 0
                ? throw new NatsException($"the server {host}:{port} does not offer TLS, which the settings ask for")
                : null;
        }

        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        string? fault = null;
        try
        {
            using var limit = new CancellationTokenSource(options.ConnectTimeout);
            await stream.AuthenticateAsClientAsync(ClientTls.Options(files, servers.TlsName(host, port), refused => fault = refused), limit.Token);
            return stream;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            throw fault is not null ? new NatsException(fault)
                : e is OperationCanceledException ? new NatsException($"the TLS handshake with {host}:{port} took longer than {options.ConnectTimeout.TotalSeconds:0.###} s") : e;
        }
    }
}
