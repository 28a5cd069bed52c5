using Microsoft.AspNetCore.Http.Features;

namespace Federation.Actors.Sockets.Kestrel;

/// <summary>Puts a <see cref="CoalescingStream"/> over the stream that a request is upgraded to.</summary>
/// <remarks>
/// Set on a request before the WebSocket middleware looks at it, which keeps the upgrade feature it finds. Covers HTTP/1.1's upgrade and
/// HTTP/2's extended CONNECT (RFC 8441). Serves one request.
/// </remarks>
internal sealed class UpgradeDecorator : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    private readonly IHttpUpgradeFeature? _upgrade;
    private readonly IHttpExtendedConnectFeature? _connect;
    private readonly Func<Stream, CoalescingStream> _wrap;

    private UpgradeDecorator(IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect, Func<Stream, CoalescingStream> wrap)
    {
        _upgrade = upgrade;
        _connect = connect;
        _wrap = wrap;
    }

    /// <summary>The stream put in; null until the upgrade.</summary>
    public CoalescingStream? Upgraded { get; private set; }

    /// <inheritdoc />
    public bool IsUpgradableRequest => _upgrade?.IsUpgradableRequest ?? false;

    /// <inheritdoc />
    public bool IsExtendedConnect => _connect?.IsExtendedConnect ?? false;

    /// <inheritdoc />
    public string? Protocol => _connect?.Protocol;

    /// <summary>
    /// Decorates what <paramref name="features"/> hold, and takes back what a WebSocket middleware may have read from them already.
    /// </summary>
    public static UpgradeDecorator Install(IFeatureCollection features, Func<Stream, CoalescingStream> wrap)
    {
        var upgrade = features.Get<IHttpUpgradeFeature>();
        var connect = features.Get<IHttpExtendedConnectFeature>();
        var decorator = new UpgradeDecorator(upgrade, connect, wrap);
        if (upgrade is not null)
        {
            features.Set<IHttpUpgradeFeature>(decorator);
        }

        if (connect is not null)
        {
            features.Set<IHttpExtendedConnectFeature>(decorator);
        }

        features.Set<IHttpWebSocketFeature>(null);
        return decorator;
    }

    /// <inheritdoc />
    public async Task<Stream> UpgradeAsync() => Upgraded = _wrap(await _upgrade!.UpgradeAsync());

    /// <inheritdoc />
    public async ValueTask<Stream> AcceptAsync() => Upgraded = _wrap(await _connect!.AcceptAsync());
}
