using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Federation.Actors.Sockets.Kestrel;

/// <summary>Puts a <see cref="CoalescingStream"/> over the stream that a request is upgraded to.</summary>
/// <remarks>
/// Set on a request before the WebSocket middleware looks at it, which keeps the upgrade feature it finds. Covers HTTP/1.1's upgrade and
/// HTTP/2's extended CONNECT (RFC 8441). Serves one request.
/// </remarks>
internal sealed class UpgradeDecorator : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    private readonly IFeatureCollection _features;
    private readonly IHttpUpgradeFeature? _upgrade;
    private readonly IHttpExtendedConnectFeature? _connect;
    private readonly Func<Stream, CoalescingStream> _wrap;
    private MinDataRate? _responseRate;

    /// <summary>Decorates the features of a request, and takes back what a WebSocket middleware may have read from them already.</summary>
    public UpgradeDecorator(IFeatureCollection features, Func<Stream, CoalescingStream> wrap)
    {
        (_features, _wrap) = (features, wrap);
        _upgrade = features.Get<IHttpUpgradeFeature>();
        _connect = features.Get<IHttpExtendedConnectFeature>();
        if (_upgrade is not null)
        {
            features.Set<IHttpUpgradeFeature>(this);
        }

        if (_connect is not null)
        {
            features.Set<IHttpExtendedConnectFeature>(this);
        }

        features.Set<IHttpWebSocketFeature>(null);
    }

    public CoalescingStream? Upgraded { get; private set; }

    /// <summary>The request's connection; null when the web server does not show it.</summary>
    public Socket? Tcp => _features.Get<IConnectionSocketFeature>()?.Socket;

    public bool IsUpgradableRequest => _upgrade?.IsUpgradableRequest ?? false;

    public bool IsExtendedConnect => _connect?.IsExtendedConnect ?? false;

    public string? Protocol => _connect?.Protocol;

    public async Task<Stream> UpgradeAsync() => Upgraded = _wrap(await _upgrade!.UpgradeAsync());

    public async ValueTask<Stream> AcceptAsync() => Upgraded = _wrap(await _connect!.AcceptAsync());

    /// <summary>
    /// A peer is served within this request: it holds no place among the handshakes, and may read as slowly as the bounds of its component
    /// allow.
    /// </summary>
    public void BeginPeer()
    {
        _features.Get<PendingPlace>()?.Release();
        if (_features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            (_responseRate, rate.MinDataRate) = (rate.MinDataRate, null);
        }
    }

    /// <summary>Bounds the time for the last bytes again, which Kestrel waits for when the request has ended.</summary>
    public void EndPeer()
    {
        if (_features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = _responseRate;
        }
    }
}
