using System.Net;

namespace Federation.Actors.Transport;

/// <summary>Puts a <see cref="CoalescingStream"/> over the stream that a dialled server upgrades to; <see cref="UpgradeDecorator"/> for the other end.</summary>
/// <remarks>For one handshake. The handshake itself, its key and its headers, are ClientWebSocket's.</remarks>
internal sealed class UpgradeHandler(HttpMessageHandler inner, Func<Stream, CoalescingStream> wrap) : DelegatingHandler(inner)
{
    /// <summary>What the server answered; null when it has not.</summary>
    public HttpStatusCode? Status { get; private set; }

    /// <summary>The stream put in; null until the upgrade.</summary>
    public CoalescingStream? Upgraded { get; private set; }

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        Status = response.StatusCode;
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            Upgraded = wrap(await response.Content.ReadAsStreamAsync(cancellationToken));
            response.Content = new UpgradedContent(Upgraded);
        }

        return response;
    }

    /// <summary>Content that is read and written as the stream itself.</summary>
    private sealed class UpgradedContent(Stream stream) : HttpContent
    {
        protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => stream;

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(stream);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
