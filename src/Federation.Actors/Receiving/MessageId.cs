using System.Text;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>The id for JetStream's deduplication: <c>component/peer/envelope id</c>.</summary>
/// <remarks>A server trims header values, and drops unreadable bytes; the second of two ids that become equal would be lost as a repeat.
/// Each byte of the envelope's id that is not visible ASCII, and <c>%</c>, is therefore written as <c>%XX</c>.</remarks>
internal static class MessageId
{
    /// <summary>Null when a repeat cannot be detected: the peer's name does not last, or the envelope has no id.</summary>
    public static string? Of(string component, PeerName peer, ReadOnlySpan<byte> id)
    {
        if (!peer.Lasting || id.IsEmpty)
        {
            return null;
        }

        return id.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0 && !id.Contains((byte)'%')
            ? $"{component}/{peer.Identity}/{Encoding.ASCII.GetString(id)}"
            : $"{component}/{peer.Identity}/{Escape(id)}";
    }

    private static string Escape(ReadOnlySpan<byte> id)
    {
        var text = new StringBuilder(id.Length + 16);
        foreach (var value in id)
        {
            if (value is >= (byte)'!' and <= (byte)'~' and not (byte)'%')
            {
                text.Append((char)value);
            }
            else
            {
                text.Append('%').Append(value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }
}
