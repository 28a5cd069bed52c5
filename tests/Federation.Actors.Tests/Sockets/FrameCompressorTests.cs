using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Federation.Actors.Sockets;

namespace Federation.Actors.Tests.Sockets;

public sealed class FrameCompressorTests
{
    [Theory]
    [InlineData(1024, false)]
    [InlineData(1025, true)]
    [InlineData(60_000, true)]
    [InlineData(60_000, false)]
    [InlineData(1_000_000, true)]
    [InlineData(20_000_000, false)]
    public async Task Each_message_comes_out_of_another_WebSocket_as_it_went_in(int length, bool isMasked)
    {
        var message = Telemetry(length);
        var compressor = new FrameCompressor(level: 3, isMasked);
        using var wire = new MemoryStream();
        for (var turn = 0; turn < 2; turn++)
        {
            var frame = compressor.TryCompress(message)!.Value;
            Assert.InRange(frame.Count, 10, length / 2);
            await wire.WriteAsync(frame);
            ArrayPool<byte>.Shared.Return(frame.Array!);
        }

        wire.Position = 0;
        using var reader = WebSocket.CreateFromStream(wire, new WebSocketCreationOptions
        {
            IsServer = isMasked,
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
            DangerousDeflateOptions = new WebSocketDeflateOptions { ClientContextTakeover = false, ServerContextTakeover = false },
        });
        for (var turn = 0; turn < 2; turn++)
        {
            var received = new byte[length + 1];
            var count = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await reader.ReceiveAsync(received.AsMemory(count), CancellationToken.None);
                count += part.Count;
            }
            while (!part.EndOfMessage);

            Assert.Equal(WebSocketMessageType.Binary, part.MessageType);
            Assert.True(message.AsSpan().SequenceEqual(received.AsSpan(0, count)));
        }
    }

    [Fact]
    public void A_small_message_goes_as_it_is()
    {
        var compressor = new FrameCompressor(level: 3, isMasked: true);

        Assert.Null(compressor.TryCompress(Telemetry(FrameCompressor.From - 1)));
        Assert.NotNull(compressor.TryCompress(Telemetry(FrameCompressor.From)));
    }

    [Fact]
    public void What_cannot_be_compressed_is_tried_less_and_less_often_until_something_can()
    {
        var compressor = new FrameCompressor(level: 1, isMasked: true);
        var noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        var telemetry = Telemetry(noise.Length);

        for (var skips = 1; skips <= 4 * FrameCompressor.MostSkipped; skips *= 2)
        {
            Assert.Null(compressor.TryCompress(noise));
            for (var skipped = 0; skipped < Math.Min(skips, FrameCompressor.MostSkipped); skipped++)
            {
                Assert.Null(compressor.TryCompress(telemetry));
            }
        }

        Assert.NotNull(compressor.TryCompress(telemetry));
        Assert.NotNull(compressor.TryCompress(telemetry));
    }

    [Fact]
    public void A_higher_level_makes_it_smaller()
    {
        var telemetry = Telemetry(60_000);

        Assert.True(new FrameCompressor(level: 9, isMasked: false).TryCompress(telemetry)!.Value.Count
            < new FrameCompressor(level: 1, isMasked: false).TryCompress(telemetry)!.Value.Count);
    }

    private static byte[] Telemetry(int length)
    {
        var random = new Random(7);
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append($$"""{"sensor":"greenhouse-{{random.Next(100)}}","t":{{random.Next(1000)}},"unit":"C","ok":true}""");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
