using System.Text;
using Federation.Actors.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Federation.Actors.Transport;

/// <summary>Why a request gets no connection, as its sender reads it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Reason">One sentence for the body; no secrets.</param>
/// <param name="ErrorType">What it counts as in the error metric; null when it does not.</param>
internal sealed record HttpRefusal(int Status, string Reason, string? ErrorType)
{
    /// <summary>Seconds after which a refused peer may try again: the first steps of a peer's backoff.</summary>
    private const string RetryAfterSeconds = "5";

    /// <summary>A header that goes with it; null for none.</summary>
    public (string Name, string Value)? Header { get; init; }

    /// <summary>A refusal that may be over soon: 503 with Retry-After.</summary>
    public static HttpRefusal Busy(string reason) => new(StatusCodes.Status503ServiceUnavailable, reason, ErrorTypes.ConnectionRefused)
    {
        Header = (HeaderNames.RetryAfter, RetryAfterSeconds),
    };

    /// <summary>Answers the request.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "text/plain; charset=utf-8";
        if (Header is var (name, value))
        {
            response.Headers.Append(name, value);
        }

        if (Status == StatusCodes.Status426UpgradeRequired)
        {
            response.Headers.Connection = "Upgrade";
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
