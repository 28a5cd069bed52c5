using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Federation.Actors.Tests.Sockets;

/// <summary>An HTTP server on a free port of a loopback address that answers each connection's first request as the test says.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<Stream, Task<Stream>> _wrap;
    private readonly Func<string, Stream, Task> _answer;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;
    private int _connections;

    /// <param name="answer">Gets a request's head and the stream to answer on, which is closed afterwards.</param>
    /// <param name="wrap">What lies over the network stream, such as TLS; null: nothing.</param>
    public ScriptedServer(Func<string, Stream, Task> answer, Func<Stream, Task<Stream>>? wrap = null)
    {
        _answer = answer;
        _wrap = wrap ?? Task.FromResult;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _running = RunAsync();
    }

    /// <summary>Answers with this text, in which <c>{accept}</c> stands for the right Sec-WebSocket-Accept.</summary>
    public ScriptedServer(string answer)
        : this((request, stream) =>
            stream.WriteAsync(Encoding.Latin1.GetBytes(answer.Replace("{accept}", Accept(request), StringComparison.Ordinal))).AsTask())
    {
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Url => new($"ws://127.0.0.1:{Port}/ingest?key=s3cret-query");

    /// <summary>TCP connections taken so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The heads of the requests so far.</summary>
    public List<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _listener.Dispose();
        _end.Dispose();
    }

    /// <summary>The Sec-WebSocket-Accept that a request wants.</summary>
    public static string Accept(string request)
    {
        const string name = "Sec-WebSocket-Key: ";
        var key = request.Split("\r\n")
            .FirstOrDefault(static line => line.StartsWith(name, StringComparison.OrdinalIgnoreCase))?[name.Length..] ?? "";
#pragma warning disable CA5350 // RFC 6455 says so.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }

    private async Task RunAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        var socket = client.Client;
        using var cut = _end.Token.Register(client.Dispose);
        Interlocked.Increment(ref _connections);
        try
        {
            await using var stream = await _wrap(client.GetStream());
            var head = new StringBuilder();
            var one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) > 0)
            {
                head.Append((char)one[0]);
            }

            lock (Requests)
            {
                Requests.Add(head.ToString());
            }

            await _answer(head.ToString(), stream);
            socket.Shutdown(SocketShutdown.Send);
            while (await stream.ReadAsync(one) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException
            or System.Security.Authentication.AuthenticationException)
        {
            // The dialling end has gone, or the test has ended.
        }
    }
}
