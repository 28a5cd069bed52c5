using System.CommandLine;
using Federation.Hocon;

namespace Federation.Actors.Host.Commands;

internal sealed class ControlOptions
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly ConfigurationOptions _configuration = new();

    private readonly Option<string?> _component = new("--component")
    {
        Description = "The component to which the peers are connected. Optional if only one component has a port named ws_control.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _timeout = new("--timeout")
    {
        Description = "The maximum time until the reply, such as 500ms. The node itself gives up after the component's "
            + "bidirectional.request_timeout. Default: one second longer than that.",
        HelpName = "DURATION",
    };

    public void AddTo(Command command)
    {
        _configuration.AddTo(command);
        command.Options.Add(_component);
        command.Options.Add(_timeout);
    }

    public ControlTarget Read(ParseResult parsed, List<SettingsFault> faults)
    {
        var timeout = PatienceOption.Read("--timeout", parsed.GetValue(_timeout), "5s", faults);
        var loaded = _configuration.Load(parsed);
        if (loaded.Faults.Count > 0)
        {
            faults.AddRange(loaded.Faults);
            faults.ThrowIfAny();
        }

        // What the components need is for the node to have: their ports are taken by it, and their tokens may not be here.
        var settings = loaded.Settings;
        faults.AddRange(StartChecks.Run(settings with { Components = [], Admin = settings.Admin with { Port = 0 } }));
        var component = Find(settings.Components, parsed.GetValue(_component), _configuration.File(parsed), faults);
        faults.ThrowIfAny();
        return new ControlTarget(
            _configuration.File(parsed), settings.Nats, component!.Name, component.Ports.Control!.Subject, timeout
                ?? (component.Bidirectional.RequestTimeout + Margin));
    }

    private static ComponentSettings? Find(
        IReadOnlyList<ComponentSettings> components, string? name, string file, List<SettingsFault> faults)
    {
        ComponentSettings[] able = [
            .. components.Where(static component => component is { Ports.Control: not null, Bidirectional.Enabled: true })];
        ComponentSettings[] meant = name is null
            ? able : [.. able.Where(component => string.Equals(component.Name, name, StringComparison.Ordinal))];
        if (meant.Length == 1)
        {
            return meant[0];
        }

        var names = string.Join(", ", able.Select(static component => component.Name));
        var path = name is null ? "federation.components" : "--component";
        faults.Add(able.Length == 0
            ? new SettingsFault(
                path,
                $"no component of {file} accepts requests; expected one with bidirectional.enabled and, in ports.outputs, "
                    + "{ name = ws_control, subject = SUBJECT, type = nats }")
            : name is null
                ? new SettingsFault(path, $"{able.Length} components of {file} accept requests; select one with --component: {names}")
                : SettingsFault.Unexpected(path, HoconWriter.Quote(name), $"a component of {file} that accepts requests: {names}"));
        return null;
    }
}

internal sealed record ControlTarget(string File, NatsSettings Nats, string Component, string Subject, TimeSpan Timeout);
