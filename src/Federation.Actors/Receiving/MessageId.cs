using System.Text;
using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>The id by which JetStream knows a message that it already has: <c>component/peer/envelope id</c>. Pure.</summary>
/// <remarks>
/// A server trims header values, and what it cannot read it drops; two ids must not become one by that, since the second message would then
/// be taken for the first and be lost. So each byte of the envelope's id that is not visible ASCII, and <c>%</c>, is written as <c>%XX</c>.
/// </remarks>
internal static class MessageId
{
    /// <summary>The id; null when a repeat cannot be told: the peer's name does not last, or the envelope has no id.</summary>
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
