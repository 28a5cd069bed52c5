using System.Globalization;
using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A stream on disk, <c>events</c> with the subjects <c>events.&gt;</c>, seen by its owner, who puts numbers into it.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    public const string Name = "events";

    /// <summary>Messages on their way to the server at a time.</summary>
    private const int Burst = 100;

    private readonly NatsConnection _connection;
    private readonly NatsJSContext _context;
    private int _next;

    private EventStream(string url)
    {
        _connection = new NatsConnection(new NatsOpts { Url = url });
        _context = new NatsJSContext(_connection);
    }

    /// <summary>Numbers in the stream: from 0 up to, and without, this one.</summary>
    public int Count => Volatile.Read(ref _next);

    /// <summary>Opens a connection to the server.</summary>
    /// <param name="url">The server.</param>
    /// <param name="creates">Whether the stream is made.</param>
    public static async Task<EventStream> OpenAsync(string url, bool creates = true)
    {
        var stream = new EventStream(url);
        await stream._connection.ConnectAsync();
        if (creates)
        {
            await stream.CreateAsync();
        }

        return stream;
    }

    public async Task UpdateAsync(Func<StreamConfig, StreamConfig> change) =>
        await _context.UpdateStreamAsync(change((await _context.GetStreamAsync(Name)).Info.Config));

    public async Task DeleteConsumerAsync(string name) => await _context.DeleteConsumerAsync(Name, name);

    public async Task<IReadOnlyList<string>> ConsumersAsync()
    {
        var names = new List<string>();
        await foreach (var name in _context.ListConsumerNamesAsync(Name))
        {
            names.Add(name);
        }

        return names;
    }

    public async Task CreateAsync(Func<StreamConfig, StreamConfig>? change = null)
    {
        var config = new StreamConfig(Name, ["events.>"]) { Storage = StreamConfigStorage.File };
        await _context.CreateStreamAsync(change is null ? config : change(config));
    }

    public async Task DeleteAsync() => await _context.DeleteStreamAsync(Name);

    /// <summary>Puts the next numbers in, each once, whatever happens to the server meanwhile.</summary>
    public async Task AddAsync(int count, string subject = "events.a")
    {
        for (var left = count; left > 0; left -= Burst)
        {
            var first = _next;
            var size = Math.Min(left, Burst);
            await Task.WhenAll(Enumerable.Range(first, size).Select(number => StoreAsync(number, subject)));
            Volatile.Write(ref _next, first + size);
        }
    }

    /// <summary>What the server knows of a consumer of the stream; null when it does not know it.</summary>
    public async Task<ConsumerInfo?> ConsumerAsync(string name)
    {
        try
        {
            return (await _context.GetConsumerAsync(Name, name)).Info;
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            return null;
        }
    }

    /// <summary>Waits until the stream has this number of consumers, and returns them.</summary>
    public async Task<IReadOnlyList<ConsumerInfo>> ConsumersAsync(int count)
    {
        List<ConsumerInfo> found = [];
        await Eventually.TrueAsync(
            async () =>
            {
                found = await ListAsync();
                return found.Count == count;
            },
            $"{count} consumers",
            Patience.Long);
        return found;
    }

    /// <summary>Deletes every consumer of the stream.</summary>
    public async Task DeleteConsumersAsync()
    {
        foreach (var consumer in await ListAsync())
        {
            await _context.DeleteConsumerAsync(Name, consumer.Name);
        }
    }

    /// <summary>Waits until everything up to and with this place in the stream is acked, and what follows is not.</summary>
    public Task AckedToAsync(string consumer, ulong place) => Eventually.TrueAsync(
        async () =>
            await ConsumerAsync(consumer) is { } info && info.AckFloor.StreamSeq == place, $"{consumer} has acked {place}", Patience.Long);

    /// <summary>Waits until a consumer has nothing left to give out and nothing unacked.</summary>
    public Task AllAckedAsync(string consumer) => Eventually.TrueAsync(
        async () =>
            await ConsumerAsync(consumer) is { NumAckPending: 0, NumPending: 0 }, $"{consumer} has acked everything", Patience.Long);

    /// <summary>What a consumer has not given out, and what of the rest is unacked.</summary>
    public async Task<(long Pending, long Unacked)> LeftAsync(string consumer) =>
        await ConsumerAsync(consumer) is { } info ? ((long)info.NumPending, info.NumAckPending) : default;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<List<ConsumerInfo>> ListAsync()
    {
        var found = new List<ConsumerInfo>();
        await foreach (var consumer in _context.ListConsumersAsync(Name))
        {
            found.Add(consumer.Info);
        }

        return found;
    }

    private async Task StoreAsync(int number, string subject)
    {
        var payload = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"n":{{number}}}"""));
        var headers = new NatsHeaders { ["Nats-Msg-Id"] = number.ToString(CultureInfo.InvariantCulture) };
        var isStored = false;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    isStored = (await _context.PublishAsync(subject, payload,
                        serializer: NatsRawSerializer<byte[]>.Default, headers: new NatsHeaders(headers.ToDictionary()))).Error is null;
                }
                catch (Exception e) when (e is NatsException or OperationCanceledException)
                {
                    // The server is away; the same number again is a repeat to it.
                }

                return isStored;
            },
            $"{number} in the stream",
            TimeSpan.FromSeconds(60));
    }
}
