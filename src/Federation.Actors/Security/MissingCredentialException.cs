namespace Federation.Actors.Security;

/// <summary>A component demands credentials, and the environment variable or file that should hold them is missing, empty or unusable.</summary>
internal sealed class MissingCredentialException : InvalidOperationException
{
    /// <param name="setting">The setting that names the variable or file, below <c>auth</c>.</param>
    /// <param name="problem">What is wrong, without the secret.</param>
    public MissingCredentialException(string setting, string problem)
        : base($"auth.{setting}: {problem}")
    {
    }
}
