using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Federation.Actors.Diagnostics;
using Federation.Actors.Host.Commands;
using Federation.Actors.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>Sends one envelope as a peer and shows its answer, for a person at the node's own page.</summary>
/// <remarks>
/// The program connects to the component's port like any peer on this machine, so it can do nothing that such a peer cannot. Other pages
/// in the same browser must not be able to use it: see <see cref="AdminAccess.RefuseTrying"/>.
/// </remarks>
internal sealed class TryApi(NodeCaller node, AdminAccess access, FederationSettings settings)
{
    private const int MaxBodyBytes = 64 * 1024;

    /// <summary>Ample for the answer of a node that is well.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>The components that it can reach: no client certificate is asked for, and no password.</summary>
    public static IReadOnlyList<NodeState.TryTarget> Targets(FederationSettings settings) =>
    [
        .. settings.Components.Where(static component => component is
        {
            Mode: ComponentMode.Server, Ports.Data: not null, Auth.Type: AuthType.None or AuthType.Bearer,
            Server: { Listen: true, Tls.RequireClientCert: false },
        }).Select(static component => new NodeState.TryTarget(component.Name, component.Auth.Type is AuthType.Bearer)),
    ];

    /// <summary>Answers its path.</summary>
    public void Map(WebApplication web) => web.MapPost("/api/components/{component}/try", TryAsync);

    private async Task<IResult> TryAsync(string component, HttpContext context)
    {
        if (access.RefuseTrying(context.Request) is { } refusal)
        {
            return refusal.Result(context.Response);
        }

        if (Targets(settings).FirstOrDefault(one => string.Equals(one.Component, component, StringComparison.Ordinal)) is not { } target)
        {
            return AdminAnswers.UnknownComponent(Targets(settings).Select(static one => one.Component));
        }

        if (await ReadAsync(context) is not { Line: { } line } asked)
        {
            return Results.Text("send {\"line\": \"JSON\", \"token\": \"TOKEN\"}\n", statusCode: StatusCodes.Status400BadRequest);
        }

        var now = Clock.System.UnixMilliseconds;
        var text = Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ").Trim());
        if (new SendLine($"try-{now}-").Read(1, text, text.Length, out var fault) is not { } message)
        {
            return Results.Text(fault + "\n", statusCode: StatusCodes.Status400BadRequest);
        }

        var state = await node.AskAsync<NodeState>(HealthProtocol.GetState.Instance);
        var endpoint = state?.Components.FirstOrDefault(
            one => string.Equals(one.Name, component, StringComparison.Ordinal))?.Endpoint;
        if (endpoint is null)
        {
            return AdminAnswers.NoAnswer($"{component} does not accept peers at the moment\n");
        }

        if (!await _one.WaitAsync(TimeSpan.Zero))
        {
            return Results.Text("another test envelope is being sent\n", statusCode: StatusCodes.Status409Conflict);
        }

        try
        {
            return Results.Json(await SendAsync(Reachable(endpoint), message, asked.Token, context.RequestAborted), HealthJson.Options);
        }
        finally
        {
            _one.Release();
        }
    }

    private static async Task<Asked?> ReadAsync(HttpContext context)
    {
        context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MaxBodyBytes;
        try
        {
            return await JsonSerializer.DeserializeAsync<Asked>(context.Request.Body, Options, context.RequestAborted);
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>A listener on all addresses is reached on the loopback one.</summary>
    private static Uri Reachable(string endpoint)
    {
        var url = new UriBuilder(endpoint);
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address)
            && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
        {
            url.Host = "127.0.0.1";
        }

        return url.Uri;
    }

    [SuppressMessage("Security", "CA5359:Do not disable certificate validation", Justification = "The other end is this process.")]
    private static async Task<Tried> SendAsync(Uri url, SendMessage message, string? token, CancellationToken aborted)
    {
        var sent = Encoding.UTF8.GetString(message.Text.Span);
        var start = Clock.System.Elapsed;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(Limit);
        using var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        try
        {
            if (token is { Length: > 0 })
            {
                socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            }

            await socket.ConnectAsync(url, limit.Token);
            await socket.SendAsync(message.Text, WebSocketMessageType.Text, endOfMessage: true, limit.Token);
            var answer = await AnswerAsync(socket, message.Id, limit.Token);
            var milliseconds = Math.Round((Clock.System.Elapsed - start).TotalMilliseconds, 1);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
            return new Tried(sent, answer, milliseconds, null);
        }
        catch (OperationCanceledException)
        {
            return new Tried(sent, null, null, $"no answer within {Limit.TotalSeconds:0} s; the node answers when NATS has "
                + "the message");
        }
        catch (Exception e) when (e is WebSocketException or ArgumentException or FormatException)
        {
            return new Tried(sent, null, null, Problem(socket));
        }
    }

    private static string Problem(ClientWebSocket socket) => (int)socket.HttpStatusCode switch
    {
        401 => "the component refused the token",
        403 => "the component refused the connection (403)",
        429 => "too many wrong tokens; wait a minute",
        503 => "the component does not accept more connections at the moment (503)",
        0 => "the component could not be reached",
        101 => $"the component closed the connection{(socket.CloseStatus is { } status ? $" with {(int)status}" : "")}",
        var status => $"the component refused the connection ({status})",
    };

    /// <summary>The answer to the message. Messages for this peer are acked on the way, so that none counts as undelivered.</summary>
    private static async Task<string> AnswerAsync(ClientWebSocket socket, string id, CancellationToken cancel)
    {
        var buffer = new byte[16 * 1024];
        for (var length = 0; ;)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
            }

            length += part.Count;
            if (!part.EndOfMessage)
            {
                Array.Resize(ref buffer, length == buffer.Length ? length * 2 : buffer.Length);
                continue;
            }

            var text = buffer.AsMemory(0, length);
            length = 0;
            if (!EnvelopeReader.TryRead(text.Span, 0, out var envelope) || !envelope.HasId)
            {
                continue;
            }

            if (envelope.Type is EnvelopeType.Ack or EnvelopeType.Nack
                && string.Equals(EnvelopeText.Id(text.Span, envelope), id, StringComparison.Ordinal))
            {
                return Encoding.UTF8.GetString(text.Span);
            }

            if (envelope.Type == EnvelopeType.Data)
            {
                var ack = new OutboundBuffer(256);
                EnvelopeWriter.WriteAck(
                    ack, text.Span.Slice(envelope.IdOffset, envelope.IdLength), Clock.System.UnixMilliseconds);
                await socket.SendAsync(ack[0], WebSocketMessageType.Text, endOfMessage: true, cancel);
                ack.Release();
            }
        }
    }

    private sealed record Asked(string? Line, string? Token);

    /// <param name="Sent">The envelope.</param>
    /// <param name="Answer">The ack or nack; null when there was none.</param>
    /// <param name="Milliseconds">From the connection's beginning to the answer; null without one.</param>
    /// <param name="Error">Why there is no answer, a clause; null when there is one.</param>
    private sealed record Tried(string Sent, string? Answer, double? Milliseconds, string? Error);
}
