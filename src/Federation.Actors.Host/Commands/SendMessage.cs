namespace Federation.Actors.Host.Commands;

/// <summary>One envelope to be sent, and how often it was.</summary>
/// <param name="line">The line it stands on, from 1.</param>
/// <param name="length">Bytes of the line, its end included.</param>
/// <param name="id">Its id as text.</param>
/// <param name="text">The envelope.</param>
internal sealed class SendMessage(long line, int length, string id, ReadOnlyMemory<byte> text)
{
    public long Line { get; } = line;

    public int Length { get; } = length;

    public string Id { get; } = id;

    public ReadOnlyMemory<byte> Text { get; } = text;

    /// <summary>Times it was sent.</summary>
    public int Sent { get; set; }
}
