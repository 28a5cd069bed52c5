using Microsoft.AspNetCore.Http;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>Answers that several paths give.</summary>
internal static class AdminAnswers
{
    /// <summary>The node starts, ends or is stuck.</summary>
    public static IResult NoAnswer(string text = "no answer from the node\n") => Results.Text(text, statusCode: StatusCodes.Status503ServiceUnavailable);

    /// <summary>No component has the name.</summary>
    public static IResult UnknownComponent(IEnumerable<string> components) =>
        Results.Text($"no component of this name; there are: {string.Join(", ", components)}\n", statusCode: StatusCodes.Status404NotFound);
}
