using Federation.Actors.Configuration;

namespace Federation.Actors.Tests.Configuration;

public sealed class SettingsWarningsTests
{
    [Theory]
    [InlineData("{subject}", "", "",
        "missing, so peers may publish to any subject that \"{subject}\" can make and that does not belong to an input of the node")]
    [InlineData("a.{payload.kind}", "", "commands.>",
        "missing, so peers may publish to any subject that \"a.{payload.kind}\" can make and that does not belong to an input of the node")]
    [InlineData("{subject}", "sensors.>", "commands.>", null)]
    [InlineData("a.{peer}", "", "", null)]
    [InlineData("a.b", "", "", null)]
    public void Placeholders_that_messages_fill_in_without_a_bound_are_warned_of(
        string subject, string allowed, string input, string? warning)
    {
        var component = new ComponentSettings
        {
            Name = "hub",
            Ports = new PortsSettings
            {
                Outputs = [new OutputPortSettings { Name = PortsSettings.DataName,
                    Subject = subject, AllowedSubjects = allowed.Length > 0 ? [allowed] : [] }],
                Inputs = input.Length > 0 ? [new InputPortSettings { Name = "in", Subject = input }] : [],
            },
        };

        Assert.Equal(
            warning is null ? [] : [$"federation.components.hub.ports.outputs[0].allowed_subjects: {warning}"],
            SettingsWarnings.Of(new FederationSettings { Components = [component] }).Select(static found => found.ToString()));
    }
}
