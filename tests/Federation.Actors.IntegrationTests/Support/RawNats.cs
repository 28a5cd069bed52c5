using System.Net.Sockets;
using System.Text;

namespace Federation.Actors.IntegrationTests.Support;

/// <summary>The protocol of NATS, written by hand: what no client library sends.</summary>
internal static class RawNats
{
    /// <summary>Sends these commands and returns the server's lines, the first INFO excepted, up to a number of PONGs.</summary>
    public static async Task<List<string>> TalkAsync(NatsServer nats, string commands, int pongs)
    {
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(Patience.Long);
        await client.ConnectAsync("127.0.0.1", nats.Port, limit.Token);
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(commands), limit.Token);
        List<string> lines = [];
        while (lines.Count(static line => line is "PONG") < pongs && await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (!line.StartsWith("INFO", StringComparison.Ordinal))
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    /// <summary>Publishes a message with these bytes as headers, and waits until the server has it.</summary>
    public static Task PublishAsync(NatsServer nats, string subject, string headers, string payload) => TalkAsync(
        nats,
        "CONNECT {\"verbose\":false,\"headers\":true}\r\n"
            + FormattableString.Invariant($"HPUB {subject} {headers.Length} {headers.Length + payload.Length}\r\n")
            + $"{headers}{payload}\r\nPING\r\n",
        pongs: 1);
}
