using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Federation.Actors.Sockets.Kestrel;

/// <summary>Puts a <see cref="CoalescingStream"/> over the stream that a request is upgraded to.</summary>
/// <remarks>Set before the WebSocket middleware sees the request, since it keeps the upgrade feature that it finds. Covers HTTP/1.1's
/// upgrade and HTTP/2's extended CONNECT (RFC 8441). Serves one request.</remarks>
internal sealed class UpgradeDecorator : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    private readonly IFeatureCollection _features;
    private readonly IHttpUpgradeFeature? _upgrade;
    private readonly IHttpExtendedConnectFeature? _connect;
    private readonly Func<Stream, CoalescingStream> _wrap;
    private MinDataRate? _responseRate;

    /// <summary>Also replaces features that a WebSocket middleware has read already.</summary>
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

    /// <summary>Null when the web server does not expose it.</summary>
    public Socket? Tcp => _features.Get<IConnectionSocketFeature>()?.Socket;

    public bool IsUpgradableRequest => _upgrade?.IsUpgradableRequest ?? false;

    public bool IsExtendedConnect => _connect?.IsExtendedConnect ?? false;

    public string? Protocol => _connect?.Protocol;

    public async Task<Stream> UpgradeAsync() => Upgraded = _wrap(await _upgrade!.UpgradeAsync());

    public async ValueTask<Stream> AcceptAsync() => Upgraded = _wrap(await _connect!.AcceptAsync());

    /// <summary>Serves the peer within this request: it is no longer a pending handshake, and may read as slowly as its component
    /// allows.</summary>
    public void BeginPeer()
    {
        _features.Get<PendingPlace>()?.Release();
        if (_features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            (_responseRate, rate.MinDataRate) = (rate.MinDataRate, null);
        }
    }

    /// <summary>Bounds the time for the last bytes, which Kestrel waits for after the request.</summary>
    public void EndPeer()
    {
        if (_features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = _responseRate;
        }
    }
}
