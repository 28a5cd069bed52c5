using Federation.Actors.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>Control over HTTP: reconnect, disconnect a peer, drain.</summary>
internal sealed class ControlApi(NodeCaller node, AdminAccess access, IReadOnlyList<string> components, Action drain)
{
    public void Map(WebApplication web)
    {
        web.MapPost("/components/{component}/reconnect", PlainReconnectAsync);
        web.MapPost("/api/components/{component}/reconnect", (string component, HttpRequest request) => GuardedAsync(
            request, () => ReconnectAsync(component)));
        web.MapPost(
            "/api/components/{component}/peers/{peer}/disconnect",
            (string component, string peer, HttpRequest request) => GuardedAsync(request, () => DisconnectAsync(component, peer)));
        web.MapPost("/api/drain", (HttpRequest request) => GuardedAsync(request, () => DrainAsync(request.HttpContext.Response)));
    }

    private Task<IResult> PlainReconnectAsync(string component, HttpRequest request)
    {
        if (access.HasControl)
        {
            return GuardedAsync(request, () => ReconnectAsync(component));
        }

        // A page in a browser can post to this port without being able to read the answer.
        return request.Headers.Origin.Count > 0
            ? Task.FromResult(Results.Text("requests with an Origin header are refused\n", statusCode: StatusCodes.Status403Forbidden))
            : ReconnectAsync(component);
    }

    private async Task<IResult> GuardedAsync(HttpRequest request, Func<Task<IResult>> act) =>
        access.RefuseControl(request) is { } refusal ? refusal.Result(request.HttpContext.Response) : await act();

    private Task<IResult> DrainAsync(HttpResponse response)
    {
        response.OnCompleted(() =>
        {
            drain();
            return Task.CompletedTask;
        });
        return Task.FromResult(Results.Text("the node drains and stops\n", statusCode: StatusCodes.Status202Accepted));
    }

    private async Task<IResult> ReconnectAsync(string component)
    {
        if (!components.Contains(component, StringComparer.Ordinal))
        {
            return AdminAnswers.UnknownComponent(components);
        }

        return await node.AskAsync<ComponentProtocol.Reconnecting>(new ComponentProtocol.Reconnect(component)) is { } answer
            ? Results.Text(
                $"{component} {answer.Text}\n", statusCode: answer.Started ? StatusCodes.Status202Accepted : StatusCodes.Status409Conflict)
            : AdminAnswers.NoAnswer("no answer from the component\n");
    }

    /// <summary>Closes every connection of a peer, with 4002.</summary>
    private async Task<IResult> DisconnectAsync(string component, string peer)
    {
        if (!components.Contains(component, StringComparer.Ordinal))
        {
            return AdminAnswers.UnknownComponent(components);
        }

        return await node.AskAsync<ComponentProtocol.Disconnected>(new ComponentProtocol.Disconnect(component, peer)) switch
        {
            null => AdminAnswers.NoAnswer("no answer from the component\n"),
            { Connections: 0 } =>
                Results.Text($"no peer with this name is connected to {component}\n", statusCode: StatusCodes.Status404NotFound),
            var done => Results.Text($"{done.Connections} connection{(done.Connections == 1 ? " is" : "s are")} being closed; a peer may "
                + "reconnect immediately\n", statusCode: StatusCodes.Status202Accepted),
        };
    }
}
