using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Federation.Actors.Nats;
using Federation.Actors.Protocol;
using Federation.Actors.Receiving;

namespace Federation.Actors.Host.Commands;

/// <summary>Shows a component's messages on NATS: published ones and those for peers. The node is not involved.</summary>
internal static class NatsTap
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>With wildcards for placeholders. Not those of <c>ws_control</c>: a subscriber there counts as a service that
    /// answers.</summary>
    public static IReadOnlyList<string> Subjects(ComponentSettings component)
    {
        var outputs = component.Ports.Data is { Type: not PortType.Local } data
            ? [SubjectTemplate.Parse(data.FullSubject, component.Name).Wildcard]
            : Array.Empty<string>();
        return [.. outputs.Concat(component.Ports.Inputs.Where(static port => port.Type != PortType.Local)
            .Select(static port => port.OfAll().Subject)).Distinct(StringComparer.Ordinal)];
    }

    public static async Task RunAsync(
        NatsSettings nats, IReadOnlyList<string> subjects, TapPrinter printer, TextWriter errors, CancellationToken cancel)
    {
        await using var client = new NatsCommandClient(nats, "tap");
        client.ServerError += error => Say($"NATS reports: {error}");
        client.Disconnected += () =>
        {
            if (!cancel.IsCancellationRequested)
            {
                Say("the connection to NATS was lost; messages are not shown until it is back");
            }
        };
        if (await client.OpenAsync(cancel) is { } problem)
        {
            throw new VerbFailedException(problem, ExitCodes.Refused);
        }

        var reading = await client.SubscribeAsync(
            subjects,
            (subject, headers, payload) => printer.Print(
                new TapMessage(subject, headers.FirstOrDefault(static header => header.Key is FederationHeaders.Peer).Value ?? "",
                    payload, () => Json(subject, headers, payload))),
            cancel);
        await errors.WriteLineAsync($"listening to {string.Join(", ", subjects)} at {nats.DisplayUrl}. Press Ctrl-C to stop");
        await reading;
        if (client.Dropped is > 0 and var dropped)
        {
            await errors.WriteLineAsync(
                $"{dropped} messages arrived faster than they could be printed and were skipped; --filter reduces their number");
        }

        void Say(string text) => errors.WriteLine(Terminal.Tame(text));
    }

    /// <summary>Subject, headers, and payload: JSON unchanged, else as text, else in base64.</summary>
    private static string Json(string subject, IReadOnlyList<KeyValuePair<string, string>> headers, byte[] payload)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(line, Relaxed))
        {
            writer.WriteStartObject();
            writer.WriteString("subject"u8, subject);
            writer.WriteStartObject("headers"u8);
            foreach (var (name, value) in headers)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            if (IsJson(payload))
            {
                using var document = JsonDocument.Parse(payload);
                writer.WritePropertyName("payload"u8);
                document.RootElement.WriteTo(writer);
            }
            else if (System.Text.Unicode.Utf8.IsValid(payload))
            {
                writer.WriteString("text"u8, payload);
            }
            else
            {
                writer.WriteBase64String("base64"u8, payload);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(line.WrittenSpan);
    }

    private static bool IsJson(byte[] payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
