using System.Net;
using Federation.Actors.Sockets.Kestrel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Federation.Actors.Sockets.Server;

/// <summary>Gives a request that has come through trusted proxies the address, scheme and host that its sender has used.</summary>
/// <remarks>
/// ASP.NET Core's middleware reads X-Forwarded-For, -Proto and -Host, from the nearest proxy back to the first one that is not trusted. Forwarded
/// (RFC 7239), which it does not know, is rewritten as these. Headers of anybody else are left alone and count for nothing. Thread-safe.
/// </remarks>
internal sealed class ForwardedRequests
{
    private const string Forwarded = "Forwarded";

    private readonly TrustedProxies _proxies;
    private readonly ForwardedHeadersMiddleware _all;

    /// <summary>For a connection whose address a PROXY protocol header has told already.</summary>
    private readonly ForwardedHeadersMiddleware _withoutAddress;

    /// <param name="server">The listening end.</param>
    /// <param name="loggerFactory">For the middleware's own log.</param>
    public ForwardedRequests(ServerSettings server, ILoggerFactory loggerFactory)
    {
        _proxies = new TrustedProxies(server.TrustedProxies);
        _all = Middleware(ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost, _proxies.Networks, loggerFactory);
        _withoutAddress = Middleware(ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost, [], loggerFactory);
    }

    /// <summary>Changes a request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Whether a trusted proxy has sent it, and why it is refused; null when it is not.</returns>
    public async Task<(bool IsTrusted, HttpRefusal? Refusal)> ApplyAsync(HttpContext context)
    {
        var isTold = context.Features.Get<ProxiedConnection>() is not null;
        if (!isTold && !_proxies.Contains(context.Connection.RemoteIpAddress))
        {
            return (false, null);
        }

        if (context.Request.Headers.ContainsKey(Forwarded) && !TryRewrite(context.Request))
        {
            const string reason = "Forwarded is malformed, or says something else than X-Forwarded-For.";
            return (true, new HttpRefusal(StatusCodes.Status400BadRequest, reason, null));
        }

        await (isTold ? _withoutAddress : _all).Invoke(context);

        // What some proxies call the scheme of a WebSocket.
        context.Request.Scheme = context.Request.Scheme switch { "wss" => "https", "ws" => "http", var scheme => scheme };
        return (true, null);
    }

    private static ForwardedHeadersMiddleware Middleware(ForwardedHeaders headers, IEnumerable<System.Net.IPNetwork> networks, ILoggerFactory loggerFactory)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = headers, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            options.KnownIPNetworks.Add(network);
        }

        return new ForwardedHeadersMiddleware(static _ => Task.CompletedTask, loggerFactory, Options.Create(options));
    }

    /// <summary>
    /// Writes Forwarded as the other headers. A proxy that sets one kind passes the other on from whoever sent it, so that where both are there they must
    /// agree: which of them the proxy has set is not to be seen.
    /// </summary>
    private static bool TryRewrite(HttpRequest request)
    {
        if (ForwardedElement.Parse(request.Headers[Forwarded].ToString()) is not { } elements)
        {
            return false;
        }

        var addresses = elements.Select(static element => element.For ?? "unknown").ToArray();
        if (request.Headers.TryGetValue(ForwardedHeadersDefaults.XForwardedForHeaderName, out var others)
            && others.ToString().Split(',', StringSplitOptions.TrimEntries) is var other
            && !string.Equals(AddressOf(other[^1]), AddressOf(addresses[^1]), StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        request.Headers[ForwardedHeadersDefaults.XForwardedForHeaderName] = string.Join(", ", addresses);
        Rewrite(request, ForwardedHeadersDefaults.XForwardedProtoHeaderName, elements.Select(static element => element.Proto), request.Scheme);
        Rewrite(request, ForwardedHeadersDefaults.XForwardedHostHeaderName, elements.Select(static element => element.Host), request.Host.Value ?? "");
        return true;
    }

    /// <summary>Where a proxy says nothing, what the next one says holds, and at the end what the request says.</summary>
    private static void Rewrite(HttpRequest request, string header, IEnumerable<string?> values, string own)
    {
        string?[] said = [.. values];
        if (Array.TrueForAll(said, static value => value is null))
        {
            return;
        }

        for (var i = said.Length - 1; i >= 0; i--)
        {
            own = said[i] ??= own;
        }

        request.Headers[header] = string.Join(", ", said);
    }

    private static string AddressOf(string text) => IPEndPoint.TryParse(text, out var end) ? end.Address.ToString() : text;
}
