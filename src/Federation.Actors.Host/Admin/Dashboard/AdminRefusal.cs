using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Federation.Actors.Host.Admin.Dashboard;

internal sealed record AdminRefusal(int Status, string Text)
{
    public TimeSpan? RetryAfter { get; init; }

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

    public Task WriteAsync(HttpContext context) => Result(context.Response).ExecuteAsync(context);
}

internal static class AdminAnswers
{
    /// <summary>The node starts, ends or is stuck.</summary>
    public static IResult NoAnswer(string text = "no answer from the node\n") =>
        Results.Text(text, statusCode: StatusCodes.Status503ServiceUnavailable);

    public static IResult UnknownComponent(IEnumerable<string> components) =>
        Results.Text($"no component has this name; existing components: "
            + $"{string.Join(", ", components)}\n", statusCode: StatusCodes.Status404NotFound);
}
