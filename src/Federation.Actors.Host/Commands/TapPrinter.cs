using System.Globalization;
using System.Text;
using Federation.Actors.Diagnostics;
using Federation.Actors.Sending;
using Spectre.Console;

namespace Federation.Actors.Host.Commands;

/// <summary>Prints messages, one line each. Thread-safe.</summary>
internal sealed class TapPrinter(IReadOnlyList<MessageFilter> filters, bool asJson, long? count, TextWriter output)
{
    private readonly Lock _gate = new();
    private long _printed;

    /// <returns>False when the count is reached, or the output is closed.</returns>
    public bool Print(TapMessage message)
    {
        foreach (var filter in filters)
        {
            if (!filter.Match("", message.Payload.Span))
            {
                return true;
            }
        }

        lock (_gate)
        {
            if (_printed == count)
            {
                return false;
            }

            try
            {
                if (asJson)
                {
                    output.WriteLine(message.Json());
                }
                else
                {
                    Show(message);
                }
            }
            catch (IOException e) when (Terminal.IsNobodyThere(e))
            {
                return false;
            }

            return ++_printed != count;
        }
    }

    private void Show(TapMessage message)
    {
        var time = Clock.System.UtcNow.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var (type, id) = (Terminal.Tame(message.Type).PadRight(5), Terminal.Tame(message.Id.Length == 0 ? "-" : message.Id));
        var payload = Terminal.Tame(Encoding.UTF8.GetString(message.Payload.Span));
        if (!Terminal.HasColors)
        {
            output.WriteLine($"{time} {type} {id} {payload}");
            return;
        }

        var room = Math.Max(10, Terminal.Output.Profile.Width - time.Length - type.Length - id.Length - 4);
        payload = payload.Length > room ? payload[..(room - 1)] + "…" : payload;
        Terminal.Output.MarkupInterpolated($"[grey]{time}[/] [{Color(message.Type)}]{type}[/] [blue]{id}[/] {payload}\n");
    }

    private static string Color(string type) => type switch
    {
        "nack" => "red",
        "slow" => "yellow",
        "request" or "reply" => "magenta",
        _ => "green",
    };
}

internal readonly record struct TapMessage(string Type, string Id, ReadOnlyMemory<byte> Payload, Func<string> Json);
