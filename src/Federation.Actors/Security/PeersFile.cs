using Federation.Actors.Configuration;
using Microsoft.Extensions.Logging;

namespace Federation.Actors.Security;

/// <summary>The peers file of a component: its content is replaced as a whole, and only by a valid one. Thread-safe.</summary>
/// <remarks>A lookup does not read the file, which may take a second: <see cref="IReloaded.Look"/> does.</remarks>
internal sealed class PeersFile : ICredentialSource
{
    private readonly Reloaded<PeerTable> _table;

    /// <param name="profiles">The names that a line may select.</param>
    public PeersFile(string path, IReadOnlyList<string> profiles, ILogger logger, TimeProvider time) => _table = new Reloaded<PeerTable>(
        [path], contents => PeerTable.Parse(contents[0], path, profiles), logger, time, PeerTable.MaxBytes) { IsRevocable = true };

    public IReloaded File => _table;

    /// <summary>False when the file has never been usable.</summary>
    public bool IsLoaded => _table.Current is not null;

    private PeerTable Table => _table.Current ?? PeerTable.Empty;

    public PeerCredential? Find(byte[] hash) =>
        Table.Find(hash) is { } entry ? new PeerCredential(this, entry.Hash, entry.Name, entry.Profile) : null;

    public bool IsNamed(string name) => Table.IsNamed(name);

    public IReadOnlyDictionary<string, string>? TagsOf(PeerCredential credential) => Table.Find(credential.Hash)?.Tags;

    /// <remarks>Not with another profile: the peer connects again, and gets it.</remarks>
    public bool Holds(PeerCredential credential) =>
        Table.Find(credential.Hash) is { } entry && string.Equals(entry.Name, credential.Name, StringComparison.Ordinal)
            && string.Equals(entry.Profile, credential.Profile, StringComparison.Ordinal);
}
