using System.Buffers.Text;
using System.Text;

namespace Federation.Actors.Protocol;

/// <summary>Where messages to peers come from, and how their envelopes are named: a prefix and a number. Two with the same prefix are the same.</summary>
/// <param name="Name">The prefix: what no other source has, also after a restart unless it names the same messages. Needs no escapes; ends with <c>-</c>.</param>
internal sealed record OutboundSource(string Name)
{
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(Name);
    private readonly int _hash = string.GetHashCode(Name, StringComparison.Ordinal);

    /// <summary>The prefix in UTF-8.</summary>
    public ReadOnlySpan<byte> Prefix => _prefix;

    /// <inheritdoc />
    public bool Equals(OutboundSource? other) => ReferenceEquals(this, other) || (other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal));

    /// <inheritdoc />
    public override int GetHashCode() => _hash;

    /// <summary>The number in an id of this source.</summary>
    /// <param name="id">As it stood between its quotes.</param>
    /// <param name="number">Meaningful only when this returns true.</param>
    public bool TryParse(ReadOnlySpan<byte> id, out long number)
    {
        number = 0;
        return id.StartsWith(_prefix) && Utf8Parser.TryParse(id[_prefix.Length..], out number, out var used) && used == id.Length - _prefix.Length;
    }
}
