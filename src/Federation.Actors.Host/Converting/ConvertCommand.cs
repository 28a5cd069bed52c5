using System.CommandLine;
using Federation.Actors.Host.Logging;

namespace Federation.Actors.Host.Converting;

internal static class ConvertCommand
{
    private const long MaxLength = 4 * 1024 * 1024;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A component document (type, name, config) in YAML or JSON." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The file to write. Default: the standard output.", HelpName = "FILE",
        };
        var json = new Option<bool>("--json") { Description = "Prints one line of JSON: valid, configuration, warnings, faults." };
        var command = new Command(
            "convert",
            "Converts a component document from YAML or JSON to HOCON. "
            + "Exit codes: 0 valid, 1 incomplete, 2 the document cannot be read.") { file, output, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var console = parsed.InvocationConfiguration;
            var (from, to) = (parsed.GetRequiredValue(file), parsed.GetValue(output));
            ConvertedText converted;
            try
            {
                converted = Conversion.Convert(Read(from), from);
                if (to is not null)
                {
                    await File.WriteAllTextAsync(to, converted.Text, cancel);
                }
            }
            catch (InvalidDataException e)
            {
                await console.Error.WriteLineAsync($"{from}: {e.Message}");
                return ExitCodes.BadSettings;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                var place = to is null ? "" : "a writable output, and ";
                await console.Error.WriteLineAsync(
                    $"{e.Message.TrimEnd('.')}; expected {place}a readable component document in YAML or JSON");
                return ExitCodes.BadSettings;
            }

            if (parsed.GetValue(json))
            {
                await console.Output.WriteLineAsync(JsonLine.Of(new
                {
                    Valid = converted.Faults.Count == 0,
                    Configuration = converted.Text,
                    converted.Warnings,
                    Faults = converted.Faults.Select(static fault => fault.ToString()),
                }));
                return ExitCode(converted);
            }

            if (to is null)
            {
                await console.Output.WriteAsync(converted.Text);
            }

            foreach (var warning in converted.Warnings)
            {
                await console.Error.WriteLineAsync($"{from}: {warning}");
            }

            foreach (var fault in converted.Faults)
            {
                await console.Error.WriteLineAsync($"still missing: {fault}");
            }

            return ExitCode(converted);
        });
        return command;
    }

    private static int ExitCode(ConvertedText converted) => converted.Faults.Count == 0 ? ExitCodes.Success : ExitCodes.Incomplete;

    private static IReadOnlyList<DocumentNode> Read(string file)
    {
        if (new FileInfo(file) is { Exists: true, Length: > MaxLength })
        {
            throw new InvalidDataException($"found more than {MaxLength} bytes, expected a component document");
        }

        var text = File.ReadAllText(file);
        var isJson = Path.GetExtension(file).ToUpperInvariant() switch
        {
            ".JSON" => true,
            ".YAML" or ".YML" => false,
            _ => text.AsSpan().TrimStart().StartsWith("{"),
        };
        return isJson ? [JsonSource.Read(text)] : YamlSource.Read(text);
    }
}
