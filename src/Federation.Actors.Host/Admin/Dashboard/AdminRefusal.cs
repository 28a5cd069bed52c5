using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>An answer to a request that is not granted.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Text">Why, and what to do.</param>
internal sealed record AdminRefusal(int Status, string Text)
{
    /// <summary>When it is worth asking again; null: nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>It as plain text, and what belongs to it in the headers.</summary>
    public IResult Result(HttpResponse response)
    {
        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return Results.Text(Text + "\n", statusCode: Status);
    }

    /// <summary>Writes it.</summary>
    public Task WriteAsync(HttpContext context) => Result(context.Response).ExecuteAsync(context);
}
