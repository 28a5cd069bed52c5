using Federation.Actors.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>The page and its JSON: <c>/</c> and <c>/api</c>.</summary>
internal sealed class DashboardApi(NodeCaller node, DashboardFeed feed, AdminAccess access, IReadOnlyList<string> components)
{
    private const int MaxPeers = 1000;

    private readonly DashboardPage _page = new();

    public void Map(WebApplication web)
    {
        web.Use(GuardAsync);
        web.MapGet("/", _page.WriteAsync);

        // A browser that shows /health or /metrics asks for one; the page brings its own along.
        web.MapGet("/favicon.ico", static () => Results.NoContent());
        web.MapGet("/api/state",
            async () => await feed.StateAsync() is { } state ? Results.Json(state, HealthJson.Options) : AdminAnswers.NoAnswer());
        web.MapGet("/api/peers", PeersAsync);
        web.MapGet("/api/events", () => Results.Json(
            new { events = feed.Events.Since().OrderBy(static said => said.Time) }, HealthJson.Options));
        web.MapGet("/api/history", HistoryOf);
        web.MapGet("/api/stream", StreamAsync);
    }

    private Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var isApi = request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
        if (!isApi && request.Path != "/")
        {
            return next(context);
        }

        // What may be controlled is checked where it is.
        var refusal = access.RefuseHost(request) ?? (isApi && HttpMethods.IsGet(request.Method) ? access.RefuseLooking(request) : null);
        return refusal is null ? next(context) : refusal.WriteAsync(context);
    }

    private async Task<IResult> PeersAsync(string? component, string? filter, int offset = 0, int limit = MaxPeers)
    {
        if (offset < 0 || limit is < 1 or > MaxPeers)
        {
            return Results.Text($"offset must be at least 0, and limit must be 1 to "
                + $"{MaxPeers}\n", statusCode: StatusCodes.Status400BadRequest);
        }

        if (component is not null && !components.Contains(component, StringComparer.Ordinal))
        {
            return AdminAnswers.UnknownComponent(components);
        }

        List<PeerLine> lines = [];
        var (total, found) = (0, 0);
        foreach (var name in component is null ? components : [component])
        {
            if (await node.AskAsync<ComponentProtocol.Peers>(
                new ComponentProtocol.GetPeers(name, filter ?? "", 0, offset + limit)) is not { } peers)
            {
                return AdminAnswers.NoAnswer();
            }

            total += peers.Total;
            found += peers.Found;
            lines.AddRange(peers.Page.Select(peer => PeerLine.Of(name, peer)));
        }

        return Results.Json(new { total, found, offset, limit, peers = lines.Skip(offset).Take(limit) }, HealthJson.Options);
    }

    private IResult HistoryOf(string? component) =>
        component is not null && !components.Contains(component, StringComparer.Ordinal)
            ? AdminAnswers.UnknownComponent(components)
            : Results.Json(new { interval_seconds = 1, components = feed.History.Of(component) }, HealthJson.Options);

    /// <summary>Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): the events since the browser's last
    /// one, then <c>state</c> every second and <c>event</c> as they happen.</summary>
    private async Task StreamAsync(HttpContext context)
    {
        if (feed.Streams.TryOpen() is not { } stream)
        {
            var text = $"{StreamHub.MaxStreams} dashboards are already open, or the node is stopping; close one, or use /api/state";
            await new AdminRefusal(StatusCodes.Status503ServiceUnavailable, text)
                { RetryAfter = TimeSpan.FromSeconds(5) }.WriteAsync(context);
            return;
        }

        var (response, end) = (context.Response, context.RequestAborted);
        try
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            await response.Body.WriteAsync("retry: 1000\n\n"u8.ToArray(), end);
            foreach (var missed in feed.Events.Since(context.Request.Headers["Last-Event-ID"].ToString()))
            {
                await response.Body.WriteAsync(DashboardFeed.Frame(missed), end);
            }

            if (await feed.StateAsync() is { } state)
            {
                await response.Body.WriteAsync(DashboardFeed.Frame(state), end);
            }

            await response.Body.FlushAsync(end);
            await foreach (var frame in stream.Reader.ReadAllAsync(end))
            {
                await response.Body.WriteAsync(frame, end);
                await response.Body.FlushAsync(end);
            }
        }
        catch (OperationCanceledException)
        {
            // The browser has gone.
        }
        finally
        {
            feed.Streams.Close(stream);
        }
    }
}
