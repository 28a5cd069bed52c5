using Federation.Actors.Diagnostics;
using Federation.Actors.Protocol;
using Federation.Actors.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Federation.Actors.Sockets.Server;

/// <summary>Decides whether a handshake may become a connection of a component, and which peer it is.</summary>
/// <remarks>The order of the checks matters: a client without credentials must not use up a limit of others. Thread-safe.</remarks>
internal sealed class PeerAdmission(
    ServerSettings server, AuthSettings auth, PeerAuthenticator authenticator, FailureThrottle failures, TimeProvider time)
{
    private readonly UpgradeLimit? _upgrades = server.MaxUpgradesPerSecond > 0 ? new UpgradeLimit(server.MaxUpgradesPerSecond, time) : null;
    private readonly OriginPolicy _origins = new OriginPolicy(server.AllowedOrigins);
    private readonly PeerNaming _naming = new PeerNaming(authenticator, server);
    private readonly string _clientNameHeader = server.ClientNameHeader;

    /// <returns>The refusal; null when it may connect.</returns>
    public HttpRefusal? Check(HttpContext context, IHttpWebSocketFeature? webSocket, bool isProxied, bool draining, out AdmittedPeer peer)
    {
        peer = default;
        var request = context.Request;
        if (webSocket is not { IsWebSocketRequest: true })
        {
            const string reason = "This path accepts only WebSocket connections, version 13.";
            return new HttpRefusal(StatusCodes.Status426UpgradeRequired, reason, null);
        }

        if (draining)
        {
            return HttpRefusal.Busy("Not accepting connections at the moment.");
        }

        var origin = request.Headers.Origin;
        if (!_origins.Allows(origin.Count == 0 ? null : origin.ToString(), request.Scheme, request.Host.Value ?? ""))
        {
            return new HttpRefusal(StatusCodes.Status403Forbidden, "This origin may not connect.", ErrorTypes.OriginRejected);
        }

        if (Authenticate(context, out var credential) is { } unknown)
        {
            return unknown;
        }

        var (isCertified, certified) = Certificate(context, isProxied);
        var claimed = request.Headers[FederationHeaders.HandshakePeer];
        if (_naming.Name(isCertified, certified, credential?.Name, claimed, out var name) is { } nobody)
        {
            return nobody;
        }

        peer = new AdmittedPeer(name, credential, auth.ProfileOf(credential?.Profile));

        // The last of all, so that nobody without credentials uses up what the others may have.
        return _upgrades?.Take() is { } wait ? HttpRefusal.Busy("Too many new connections at once.", wait) : null;
    }

    private (bool IsCertified, string? CommonName) Certificate(HttpContext context, bool isProxied)
    {
        if (isProxied && _clientNameHeader.Length > 0)
        {
            var told = context.Request.Headers[_clientNameHeader];
            return told.Count == 1
                && told.ToString() is { Length: > 0 } name ? (true, PeerIdentity.CommonNameIn(name)) : (told.Count > 1, null);
        }

        var certificate = context.Connection.ClientCertificate;
        return (certificate is not null, PeerIdentity.CommonNameOf(certificate));
    }

    private StringValues Authorization(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count > 0)
        {
            return header;
        }

        if (auth.BearerInSubprotocol
            && request.Headers.GetCommaSeparatedValues(HeaderNames.SecWebSocketProtocol).FirstOrDefault(PeerUpgrade.IsToken) is { } offered)
        {
            return "Bearer " + offered[PeerUpgrade.TokenPrefix.Length..];
        }

        return auth.BearerInQuery
            && request.Query["access_token"] is { Count: 1 } token ? "Bearer " + token.ToString() : StringValues.Empty;
    }

    private HttpRefusal? Authenticate(HttpContext context, out PeerCredential? credential)
    {
        credential = null;
        var address = context.Connection.RemoteIpAddress;

        // Right credentials are refused as well: an answer that told them from wrong ones would let the guessing go on.
        if (failures.RetryAfter(address) is { } wait)
        {
            return new HttpRefusal(StatusCodes.Status429TooManyRequests, "Too many wrong credentials.", ErrorTypes.AuthThrottled)
            {
                Header = HttpRefusal.RetryAfter(wait),
            };
        }

        if (authenticator.Accepts(Authorization(context.Request), out credential))
        {
            return null;
        }

        failures.Add(address);
        return new HttpRefusal(StatusCodes.Status401Unauthorized, "Credentials are missing or wrong.", ErrorTypes.AuthFailed)
        {
            Header = (HeaderNames.WWWAuthenticate, authenticator.Challenge),
        };
    }
}

/// <param name="Name">Null: the node generates one.</param>
/// <param name="Credential">Null: none was required.</param>
/// <param name="Profile">Null: the peer may do everything.</param>
internal readonly record struct AdmittedPeer(PeerName? Name, PeerCredential? Credential, ProfileSettings? Profile)
{
    public string? Identity => Name?.Identity;
}
