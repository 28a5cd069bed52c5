using System.Collections.Concurrent;
using System.Text.Json;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>A browser's side of <c>/api/stream</c>: keeps what comes.</summary>
internal sealed class ServerSentEvents : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<(string Name, string Id, JsonElement Data)> _received = new();
    private readonly Task _reading;

    private ServerSentEvents(HttpResponseMessage response)
    {
        _response = response;
        _reading = ReadAsync();
    }

    /// <summary>All events so far: each one's name, id (empty: none) and data.</summary>
    public IReadOnlyCollection<(string Name, string Id, JsonElement Data)> Received => _received;

    /// <summary>Ends when the node ends the stream.</summary>
    public Task Ended => _reading.WaitAsync(Patience.Long);

    /// <summary>Opens a stream.</summary>
    /// <param name="http">The node's admin endpoint.</param>
    /// <param name="after">Id of the last event that was seen; null: none was.</param>
    public static async Task<ServerSentEvents> OpenAsync(HttpClient http, string? after = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/stream");
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new ServerSentEvents(response.EnsureSuccessStatusCode());
    }

    /// <summary>Waits for one that is as asked for.</summary>
    public async Task<JsonElement> OneAsync(string name, Func<JsonElement, bool> match, TimeSpan? patience = null)
    {
        JsonElement? found = null;
        await Eventually.TrueAsync(
            () => (found = _received.Where(one => string.Equals(one.Name, name, StringComparison.Ordinal) && match(one.Data))
                .Select(static one => (JsonElement?)one.Data).FirstOrDefault()) is not null,
            $"a {name} as asked for",
            patience);
        return found!.Value;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _reading;
        _response.Dispose();
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(await _response.Content.ReadAsStreamAsync(_end.Token));
            var (name, id) = ("", "");
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    name = line["event: ".Length..];
                }
                else if (line.StartsWith("id: ", StringComparison.Ordinal))
                {
                    id = line["id: ".Length..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    _received.Enqueue((name, id, JsonDocument.Parse(line["data: ".Length..]).RootElement));
                    (name, id) = ("", "");
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The end of the test, or of the node.
        }
    }
}
