namespace Federation.Actors.Tests.Configuration;

/// <summary>Texts to load in tests, without the environment of the machine.</summary>
internal static class Configurations
{
    internal const string Ports = "ports.outputs = [{ name = ws_data, subject = federated.data, type = nats }]";

    internal static LoadedConfiguration Load(string text, params string[] overrides) =>
        FederationConfiguration.Parse(text, "test.conf", overrides, static _ => null);

    internal static LoadedConfiguration LoadWith(string text, string variable, string value) =>
        FederationConfiguration.Parse(
            text, "test.conf", null, name => string.Equals(name, variable, StringComparison.Ordinal) ? value : null);

    /// <summary>A node with one component, <c>edge-in</c>, which holds the lines besides a data port.</summary>
    internal static string Server(string lines) => Node($"edge-in {{ mode = server\n{Ports}\n{lines}\n}}");

    internal static string Client(string lines) => Node($"edge-in {{ mode = client\n{Ports}\n{lines}\n}}");

    internal static string Node(string components, string lines = "") => $"federation {{\n{lines}\ncomponents {{\n{components}\n}}\n}}";

    internal static string[] Faults(LoadedConfiguration loaded) => [.. loaded.Faults.Select(fault => fault.ToString())];

    internal static string[] Faults(string text, params string[] overrides) => Faults(Load(text, overrides));

    internal static string Document(string name) => Path.Combine(AppContext.BaseDirectory, "Configuration", "Documents", name);
}
