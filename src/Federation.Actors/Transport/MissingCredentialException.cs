namespace Federation.Actors.Transport;

/// <summary>A component demands credentials, and the environment variable that should hold them is unset or empty.</summary>
internal sealed class MissingCredentialException : InvalidOperationException
{
    /// <param name="variable">Name of the environment variable.</param>
    /// <param name="setting">The setting that names it.</param>
    public MissingCredentialException(string variable, string setting)
        : base($"auth.{setting}: the environment variable {(variable.Length == 0 ? "(none named)" : variable)} is unset or empty")
    {
        Variable = variable;
    }

    /// <summary>Name of the environment variable.</summary>
    public string Variable { get; }
}
