using System.Globalization;
using System.Text;
using Federation.Actors.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Federation.Actors.Sockets.Server;

/// <summary>The refusal of a request, as its sender reads it; counted as an error unless <c>ErrorType</c> is null.</summary>
internal sealed record HttpRefusal(int Status, string Reason, string? ErrorType)
{
    /// <summary>Retry-After when nothing better is known: the first steps of a peer's backoff.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(5);

    public (string Name, string Value)? Header { get; init; }

    /// <summary>A temporary refusal: 503 with Retry-After.</summary>
    public static HttpRefusal Busy(string reason, TimeSpan? retryAfter = null) =>
        new(StatusCodes.Status503ServiceUnavailable, reason, ErrorTypes.ConnectionRefused)
    {
        Header = RetryAfter(retryAfter ?? Unknown),
    };

    /// <summary>The header Retry-After, in whole seconds (RFC 9110 section 10.2.3).</summary>
    public static (string Name, string Value) RetryAfter(TimeSpan wait) =>
        (HeaderNames.RetryAfter, Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture));

    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "text/plain; charset=utf-8";
        if (Header is var (name, value))
        {
            response.Headers.Append(name, value);
        }

        // Kestrel closes the connection then: left open, it would hold a place among those whose handshake is pending.
        response.Headers.Connection = "close";
        if (Status == StatusCodes.Status426UpgradeRequired)
        {
            response.Headers.Connection = "Upgrade, close";
            response.Headers.Upgrade = "websocket";
            response.Headers.SecWebSocketVersion = "13";
        }

        var body = Encoding.UTF8.GetBytes(Reason + "\n");
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
