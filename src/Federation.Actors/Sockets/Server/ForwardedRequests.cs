using System.Net;
using Federation.Actors.Sockets.Kestrel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Federation.Actors.Sockets.Server;

/// <summary>Restores the original address, scheme and host of a request that came through trusted proxies.</summary>
/// <remarks>ASP.NET Core's middleware reads X-Forwarded-For, -Proto and -Host, from the nearest proxy back to the first untrusted one.
/// Forwarded (RFC 7239), which it does not support, is rewritten as these. Headers of other senders are ignored. Thread-safe.</remarks>
internal sealed class ForwardedRequests
{
    private const string Forwarded = "Forwarded";

    private readonly TrustedProxies _proxies;
    private readonly ForwardedHeadersMiddleware _all;

    /// <summary>For a connection whose address came with a PROXY protocol header.</summary>
    private readonly ForwardedHeadersMiddleware _withoutAddress;

    public ForwardedRequests(ServerSettings server, ILoggerFactory loggerFactory)
    {
        _proxies = new TrustedProxies(server.TrustedProxies);
        _all = Middleware(ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            _proxies.Networks, loggerFactory);
        _withoutAddress = Middleware(ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost, [], loggerFactory);
    }

    /// <returns>Whether a trusted proxy sent it, and its refusal, or null.</returns>
    public async Task<(bool IsTrusted, HttpRefusal? Refusal)> ApplyAsync(HttpContext context)
    {
        var isTold = context.Features.Get<ProxiedConnection>() is not null;
        if (!isTold && !_proxies.Contains(context.Connection.RemoteIpAddress))
        {
            return (false, null);
        }

        if (context.Request.Headers.ContainsKey(Forwarded) && !TryRewrite(context.Request))
        {
            const string reason = "Forwarded is malformed, or differs from X-Forwarded-For.";
            return (true, new HttpRefusal(StatusCodes.Status400BadRequest, reason, null));
        }

        await (isTold ? _withoutAddress : _all).Invoke(context);

        // What some proxies call the scheme of a WebSocket.
        context.Request.Scheme = context.Request.Scheme switch { "wss" => "https", "ws" => "http", var scheme => scheme };
        return (true, null);
    }

    private static ForwardedHeadersMiddleware Middleware(
        ForwardedHeaders headers, IEnumerable<IPNetwork> networks, ILoggerFactory loggerFactory)
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

    /// <summary>Rewrites Forwarded as the other headers. A proxy that sets one kind passes the other on unchecked, so both must
    /// agree.</summary>
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
        Rewrite(request, ForwardedHeadersDefaults.XForwardedProtoHeaderName,
            elements.Select(static element => element.Proto), request.Scheme);
        Rewrite(request, ForwardedHeadersDefaults.XForwardedHostHeaderName,
            elements.Select(static element => element.Host), request.Host.Value ?? "");
        return true;
    }

    /// <summary>Where a proxy omits a value, the next proxy's applies, and in the end the request's own.</summary>
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

internal sealed record ForwardedElement(string? For, string? Proto, string? Host)
{
    /// <summary>Reads a header (RFC 7239 section 4), the nearest proxy's element last.</summary>
    /// <returns>Null when it is malformed.</returns>
    public static IReadOnlyList<ForwardedElement>? Parse(string header)
    {
        var elements = new List<ForwardedElement>();
        foreach (var element in Split(header, ','))
        {
            var read = new ForwardedElement(null, null, null);
            foreach (var pair in Split(element, ';'))
            {
                var equals = pair.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0 || Unquote(pair[(equals + 1)..].Trim()) is not { } value)
                {
                    return null;
                }

                read = pair[..equals].Trim().ToLowerInvariant() switch
                {
                    "for" => read with { For = value },
                    "proto" => read with { Proto = value },
                    "host" => read with { Host = value },
                    _ => read,
                };
            }

            elements.Add(read);
        }

        return elements.Count > 0 ? elements : null;
    }

    private static IEnumerable<string> Split(string text, char separator)
    {
        var (start, isQuoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (isQuoted && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[i] == separator && !isQuoted)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static string? Unquote(string value)
    {
        if (value.Length == 0 || value[0] != '"')
        {
            return value.Length == 0 || value.Contains('"', StringComparison.Ordinal) ? null : value;
        }

        return value.Length >= 2 && value[^1] == '"' ? value[1..^1].Replace("\\", "", StringComparison.Ordinal) : null;
    }
}

/// <summary>The addresses of trusted proxies. Immutable and thread-safe.</summary>
internal sealed class TrustedProxies
{
    public TrustedProxies(IEnumerable<string> entries) => Networks = [.. entries.Select(Parse)];

    public IReadOnlyList<IPNetwork> Networks { get; }

    public bool Contains(IPAddress? address)
    {
        if (address is null)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in Networks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    private static IPNetwork Parse(string entry) =>
        entry.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(entry)
        : IPAddress.Parse(entry) is var address
            && address.GetAddressBytes().Length == 4 ? new IPNetwork(address, 32) : new IPNetwork(address, 128);
}
