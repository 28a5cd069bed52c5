using System.Net;
using System.Text;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;

namespace Federation.Actors.Sockets.Client;

/// <summary>Describes an answer other than 101.</summary>
internal static class HandshakeRefusal
{
    private const int MaxBody = 512;

    /// <summary>Time for the body after the head.</summary>
    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(1);

    public static async Task<DialFailedException> OfAsync(
        HttpResponseMessage response, Uri url, SentSecrets secrets, Clock clock, CancellationToken cancel)
    {
        var status = response.StatusCode;
        var said = $"the server answers {(int)status} {secrets.Clean(response.ReasonPhrase)}".TrimEnd();
        if ((int)status is >= 300 and < 400)
        {
            return new DialFailedException(
                $"{said} and redirects to {Place(response, url, secrets)}; redirects are not followed", ErrorTypes.DialFailed)
            {
                Status = status,
                IsLasting = true,
            };
        }

        var body = await BodyAsync(response, secrets, clock, cancel);
        var type = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? ErrorTypes.AuthFailed : ErrorTypes.DialFailed;
        return new DialFailedException(body.Length > 0 ? $"{said} ({body.TrimEnd('.')})" : said, type)
        {
            Status = status,
            RetryAfter = status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable ? RetryAfter(response, clock) : null,
        };
    }

    /// <summary>The redirect's target without credentials and query.</summary>
    public static string Place(HttpResponseMessage response, Uri url, SentSecrets secrets) => response.Headers.Location is { } location
        ? secrets.Clean(new Uri(url, location).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped))
        : "no address";

    private static TimeSpan? RetryAfter(HttpResponseMessage response, Clock clock) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.UtcNow,
        _ => null,
    };

    private static async Task<string> BodyAsync(HttpResponseMessage response, SentSecrets secrets, Clock clock, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentType?.MediaType is not "text/plain")
        {
            return "";
        }

        using var late = new CancellationTokenSource(BodyTime, clock.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(both.Token);
            var buffer = new byte[MaxBody];
            var count = await stream.ReadAtLeastAsync(buffer, MaxBody, throwOnEndOfStream: false, both.Token);
            return secrets.Clean(Encoding.UTF8.GetString(buffer, 0, count));
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            return "";
        }
    }
}
