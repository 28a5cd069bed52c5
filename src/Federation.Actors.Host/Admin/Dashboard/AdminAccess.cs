using System.Net;
using Federation.Actors.Diagnostics;
using Federation.Actors.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Host.Admin.Dashboard;

/// <summary>Grants read access and control over HTTP. Thread-safe.</summary>
/// <remarks>Read access is free on a loopback address, where only requests with a <c>Host</c> of this machine are answered: a page whose
/// own name points at 127.0.0.1 (DNS rebinding) sends that name. Elsewhere it needs the token, unless <c>admin.insecure</c> is set.
/// Control always needs the token, in a header that a browser does not send for other pages.</remarks>
internal sealed class AdminAccess
{
    private const string Scheme = "Bearer";

    private const int MaxWrongTokensPerMinute = 30;

    private readonly AdminSettings _settings;
    private readonly BearerAuthenticator? _token;
    private readonly FailureThrottle _failures = new(MaxWrongTokensPerMinute);

    public AdminAccess(AdminSettings settings, Func<string, string?> environment, ILogger logger)
    {
        _settings = settings;
        var source = settings.TokenFile.Length > 0 ? SecretSource.OfFile(settings.TokenFile, logger, Clock.System.Time)
            : settings.TokenEnv.Length > 0 ? SecretSource.OfToken(settings.TokenEnv, environment)
            : null;
        _token = source is null ? null : new BearerAuthenticator([new AcceptedToken(source, name: null)]);
    }

    /// <summary>Without a token there is no control.</summary>
    public bool HasControl => _token is not null;

    /// <summary>Whether envelopes can be sent from the page.</summary>
    public bool CanTry => _settings.IsLoopback;

    private bool LookingNeedsToken => !_settings.IsLoopback && !_settings.Insecure;

    /// <summary>The refusal of any access; null when allowed.</summary>
    public AdminRefusal? RefuseHost(HttpRequest request)
    {
        var host = request.Host.Host;
        return !_settings.IsLoopback || IsLocalName(host) || string.Equals(host, _settings.Host, StringComparison.OrdinalIgnoreCase)
            ? null
            : new(
                StatusCodes.Status403Forbidden,
                "this node listens on a loopback address, but the request is for another host name; use http://127.0.0.1 or "
                + "http://localhost, also through a tunnel");
    }

    /// <summary>The refusal of read access; null when allowed.</summary>
    public AdminRefusal? RefuseLooking(HttpRequest request) => LookingNeedsToken ? RefuseToken(request) : null;

    /// <summary>The refusal of control; null when allowed.</summary>
    public AdminRefusal? RefuseControl(HttpRequest request) => _token is not null
        ? RefuseToken(request)
        : new(StatusCodes.Status403Forbidden, "actions are disabled: set federation.admin.token_env to the name of an environment "
            + "variable that holds a token, or set token_file, and restart the node");

    /// <summary>Why this request may not send an envelope as a peer; null when it may.</summary>
    /// <remarks>
    /// Only the node's own page on this machine may: a browser names the page that asks in <c>Origin</c>, and lets no page change that.
    /// Programs connect as a peer themselves.
    /// </remarks>
    public AdminRefusal? RefuseTrying(HttpRequest request) =>
        !CanTry || request.HttpContext.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address)
            ? new(StatusCodes.Status403Forbidden, "test envelopes are available on a loopback address only; connect as a peer instead")
            : !string.Equals(
                request.Headers.Origin.ToString(), $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
                ? new(StatusCodes.Status403Forbidden, "only the node's own page may send test envelopes; connect as a peer instead")
                : null;

    private static bool IsLocalName(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private AdminRefusal? RefuseToken(HttpRequest request)
    {
        var address = request.HttpContext.Connection.RemoteIpAddress;

        // The right one is refused as well: an answer that told it from wrong ones would let the guessing go on.
        if (_failures.RetryAfter(address) is { } wait)
        {
            return new(StatusCodes.Status429TooManyRequests, "too many wrong tokens; wait a minute") { RetryAfter = wait };
        }

        var shown = request.Headers.Authorization;
        if (_token is not null && _token.Accepts(shown, out _))
        {
            return null;
        }

        if (shown.Count == 0)
        {
            return new(StatusCodes.Status401Unauthorized, $"the node's token is required: send the header Authorization: {Scheme} TOKEN");
        }

        _failures.Add(address);
        return new(StatusCodes.Status401Unauthorized, "the token is wrong");
    }
}
