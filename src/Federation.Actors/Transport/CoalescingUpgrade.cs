using Microsoft.AspNetCore.Http.Features;

namespace Federation.Actors.Transport;

/// <summary>Puts a <see cref="CoalescingStream"/> under whatever upgrades the request, here the stock WebSocket handshake.</summary>
internal sealed class CoalescingUpgrade(IHttpUpgradeFeature inner, int firstRead) : IHttpUpgradeFeature
{
    /// <summary>The stream, once the request is upgraded.</summary>
    public CoalescingStream? Stream { get; private set; }

    /// <inheritdoc />
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    /// <inheritdoc />
    public async Task<Stream> UpgradeAsync() => Stream = new CoalescingStream(await inner.UpgradeAsync(), firstRead);
}
