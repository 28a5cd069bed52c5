using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Federation.Actors.Protocol;
using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>The peers of a peers file: found by the hash of the secret that a peer presents. Immutable and thread-safe.</summary>
/// <remarks>HOCON, a peer a line: <c>edge-7 { secret = "sha256:...", profile = sensor }</c>. A plain SHA-256 suffices: the secret is
/// random, with 256 bits.</remarks>
internal sealed class PeerTable
{
    internal const string HashPrefix = "sha256:";

    /// <summary>About 250,000 peers.</summary>
    internal const int MaxBytes = 32 * 1024 * 1024;

    private const int MaxFaults = 3;
    private const int MaxTags = 32;
    private const string ExpectedHash = $"\"{HashPrefix}\" and 64 hexadecimal digits, as `federation token` prints";

    private readonly Dictionary<UInt128, PeerEntry> _byHash = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private PeerTable()
    {
    }

    public static PeerTable Empty { get; } = new();

    /// <summary>Number of peers.</summary>
    public int Count => _names.Count;

    /// <param name="profiles">The names that a line may select.</param>
    /// <exception cref="InvalidDataException">With the line of each fault and what was expected there, without secrets.</exception>
    public static PeerTable Parse(byte[] content, string file, IReadOnlyList<string> profiles)
    {
        if (!Utf8.IsValid(content))
        {
            throw new InvalidDataException("the file is not UTF-8");
        }

        HoconMap root;
        try
        {
            root = HoconParser.Parse(Encoding.UTF8.GetString(content).TrimStart('\uFEFF'), Path.GetFileName(file));
        }
        catch (HoconSyntaxException e)
        {
            throw new InvalidDataException(e.Message, e);
        }

        var (table, faults) = (new PeerTable(), new List<string>());
        foreach (var (name, node) in root.Entries)
        {
            table.Add(name, node, profiles, faults);
        }

        return faults.Count == 0 ? table : throw new InvalidDataException(
            string.Join("; ", faults.Take(MaxFaults)) + (faults.Count > MaxFaults ? $"; and {faults.Count - MaxFaults} more" : ""));
    }

    /// <summary>What was expected in place of the unknown name of a profile.</summary>
    public static string ExpectedProfile(string name, IReadOnlyList<string> profiles) =>
        profiles.Count > 0 ? Spelling.Nearest(name, profiles) : "the name of a profile in auth.profiles, which is empty";

    /// <summary>What a peers file keeps of a secret.</summary>
    public static string HashOf(string secret) => HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <param name="hash">SHA-256 of the secret.</param>
    /// <remarks>The time of a lookup depends on the hash, which does not help in guessing a secret.</remarks>
    public PeerEntry? Find(ReadOnlySpan<byte> hash) =>
        _byHash.TryGetValue(Key(hash), out var entry) && CryptographicOperations.FixedTimeEquals(entry.Hash, hash) ? entry : null;

    public bool IsNamed(string name) => _names.Contains(name);

    private static UInt128 Key(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);

    private void Add(string name, HoconNode node, IReadOnlyList<string> profiles, List<string> faults)
    {
        if (!NodeName.IsValid(name) || NodeName.IsGenerated(name))
        {
            Fault(node, name, "the name " + HoconWriter.Quote(name),
                $"1 to 64 of A-Za-z0-9_-, other than {NodeName.GeneratedPrefix} and a number");
            return;
        }

        if (node is not HoconMap block)
        {
            Fault(node, name, "a value", $"a block such as {{ secret = \"{HashPrefix}...\" }}");
            return;
        }

        _names.Add(name);
        Dictionary<string, string>? tags = null;
        string? profile = null;
        foreach (var (key, value) in block.Entries)
        {
            switch (key)
            {
                case "secret":
                    break;
                case "tags":
                    tags = Tags(name, value, faults);
                    break;
                case "profile":
                    profile = (value as HoconScalar)?.Text ?? "";
                    if (!profiles.Contains(profile, StringComparer.Ordinal))
                    {
                        Fault(value, name + ".profile", value.Describe(), ExpectedProfile(profile, profiles));
                    }

                    break;
                default:
                    Fault(value, $"{name}.{HoconWriter.Join("", key)}", "an unknown key",
                        Spelling.Nearest(key, ["secret", "tags", "profile"]));
                    break;
            }
        }

        var secret = block["secret"];
        foreach (var one in secret is HoconList list ? list.Items : [secret ?? block])
        {
            AddSecret(one, new PeerEntry(name, new byte[SHA256.HashSizeInBytes], tags, profile), faults);
        }

        void Fault(HoconNode at, string path, string found, string expected) => faults.Add(Text(at, path, found, expected));
    }

    private void AddSecret(HoconNode node, PeerEntry entry, List<string> faults)
    {
        var (name, hash) = (entry.Name, entry.Hash);
        if (node is not HoconScalar { Text: var text }
            || text.Length != HashPrefix.Length + (2 * hash.Length)
            || !text.StartsWith(HashPrefix, StringComparison.Ordinal)
            || Convert.FromHexString(text.AsSpan(HashPrefix.Length), hash, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            // Never shown: it may be the secret itself.
            faults.Add(Text(node, name + ".secret", node is HoconMap ? "no value" : "a value of another form", ExpectedHash));
            return;
        }

        if (!_byHash.TryAdd(Key(hash), entry) && _byHash[Key(hash)].Name is var other)
        {
            faults.Add(Text(node, name + ".secret", $"the secret of {other}", "a secret of its own"));
        }
    }

    private static Dictionary<string, string>? Tags(string name, HoconNode node, List<string> faults)
    {
        if (node is HoconMap { Count: <= MaxTags } block && block.Entries.All(static tag => tag.Value is HoconScalar))
        {
            return block.Entries.ToDictionary(static tag => tag.Key, static tag => ((HoconScalar)tag.Value).Text, StringComparer.Ordinal);
        }

        faults.Add(Text(node, name + ".tags", node.Describe(), $"a block of at most {MaxTags} texts, such as {{ region = eu }}"));
        return null;
    }

    private static string Text(HoconNode at, string path, string found, string expected) =>
        $"{at.Origin.Detail}: {path}: found {found}, expected {expected}";
}

/// <summary>A secret of a peer, and what belongs to the peer.</summary>
/// <param name="Hash">SHA-256 of the secret.</param>
/// <param name="Tags">Null: none.</param>
/// <param name="Profile">The name of its profile; null: the line names none.</param>
internal sealed record PeerEntry(string Name, byte[] Hash, IReadOnlyDictionary<string, string>? Tags, string? Profile);
